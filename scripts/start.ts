/** `npm start`: a real n8n, the sandbox of the Image3D service, and product pictures that become 3D models. */
import type { N8nDownload } from '../harness/bare/n8nDownload.cjs';
import type { StartOptions } from '../harness/bare/startOptions.cjs';
import { stopAllPrograms } from '../harness/process/processes';
import { say } from '../harness/process/say';
import { bringUp, type Stage } from '../harness/start/bringUp';
import { runMainWorkflow } from '../harness/start/run';

let isEnding = false;

async function main(options: StartOptions, download?: N8nDownload): Promise<void> {
	say('\nImage3D for n8n: product pictures become 3D models\n\n');
	const { speed, port } = options;
	const stage = await bringUp({ speed, port, download });
	const isGood = await runMainWorkflow(stage, speed);
	if (options.once) {
		await end(isGood ? 0 : 1);
		return;
	}
	say(addresses(stage));
	await Promise.race([stage.n8n.ended, stage.sandbox.ended]);
	throw new Error('n8n or the sandbox has ended unexpectedly.');
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

/** Runs until Ctrl-C, or until the first run has ended where the options say so. `download` has begun already. */
export function start(options: StartOptions, download?: N8nDownload): void {
	main(options, download).catch(async (error: unknown) => {
		if (isEnding) return;
		say(`\n${error instanceof Error ? error.message : String(error)}\n`);
		await end(1);
	});
}
