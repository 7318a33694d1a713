/** `npm start`: a real n8n, the sandbox of the Image3D service, and product pictures that become 3D models. */
import { parseArgs } from 'node:util';
import { stopAllPrograms } from './processes';
import { say } from './say';
import { bringUp, type Stage } from './start/bringUp';
import { runMainWorkflow } from './start/run';

/** So that a newcomer does not wait half a minute for each model. */
const DEFAULT_SPEED = '8';

const HELP = `Usage: npm start -- [options]
  --once       end after the first run; exit code 0 only if every model arrived and is valid
  --speed <n>  the sandbox makes models this many times faster than the real service (${DEFAULT_SPEED})
  --port <n>   port of n8n's editor (5678, or a free one when that is taken)
  --help       this text
`;

let isEnding = false;

async function main(): Promise<void> {
	const { values: options } = parseArgs({
		options: {
			once: { type: 'boolean', default: false },
			speed: { type: 'string', default: DEFAULT_SPEED },
			port: { type: 'string' },
			help: { type: 'boolean', default: false },
		},
	});
	if (options.help) {
		say(HELP);
		return;
	}
	say('\nImage3D for n8n: product pictures become 3D models\n\n');
	const speed = readNumber('speed', options.speed);
	const port = options.port === undefined ? undefined : readNumber('port', options.port);
	const stage = await bringUp({ speed, port });
	const isGood = await runMainWorkflow(stage, speed);
	if (options.once) {
		await end(isGood ? 0 : 1);
		return;
	}
	say(addresses(stage));
	await Promise.race([stage.n8n.ended, stage.sandbox.ended]);
	throw new Error('n8n or the sandbox has ended unexpectedly.');
}

function readNumber(name: string, text: string): number {
	const value = Number(text);
	if (!(value > 0)) throw new Error(`--${name} needs a number above 0`);
	return value;
}

function addresses({ n8n, sandbox, slot, folders }: Stage): string {
	return `
  n8n's editor   ${n8n.url}
    e-mail       ${slot.owner.email}
    password     ${slot.owner.password}
  The sandbox    ${sandbox.baseUrl}
  Pictures       ${folders.pictures}
  Models         ${folders.models}

  Both keep running until you press Ctrl-C. Workflows you make in this n8n are there again next time.
`;
}

async function end(exitCode: number): Promise<void> {
	if (isEnding) return;
	isEnding = true;
	await stopAllPrograms();
	process.exit(exitCode);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => {
		if (!isEnding) say('\n  Ending n8n and the sandbox …\n');
		void end(signal === 'SIGINT' ? 130 : 143);
	});
}

main().catch(async (error: unknown) => {
	if (isEnding) return;
	say(`\n${error instanceof Error ? error.message : String(error)}\n`);
	await end(1);
});
