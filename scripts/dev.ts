/**
 * `npm run dev`: the sandbox, a real n8n and the nodes in it, as the sources are. Whatever is saved in `nodes`,
 * `credentials` or `glb` is in the open editor a second later; TypeScript checks the types beside it.
 */
import { join } from 'node:path';
import { communityFolder } from '../harness/n8n/communityPackage';
import { startProgram } from '../harness/process/processes';
import { say } from '../harness/process/say';
import { readStartOptions } from '../harness/bare/startOptions.cjs';
import { bringUp, ROOT } from '../harness/start/bringUp';
import { endOnSignals, endWithError } from '../harness/start/endAll';
import { furnish } from '../harness/start/runMainWorkflow';
import { packedFile } from '../harness/dev/packedFile';
import { watchSources } from '../harness/dev/watch';

const HELP = `Usage: npm run dev -- [options]
  --speed <n>  the sandbox makes models this many times faster than the real service (8)
  --port <n>   port of n8n's editor (5678, or a free one when that is taken)
  --help       this text
`;

async function main(): Promise<void> {
	const { speed, port } = readStartOptions(process.argv.slice(2), {
		help: HELP,
		command: 'npm run dev',
	});
	say('\nImage3D for n8n: work on the nodes\n\n');
	const stage = await bringUp({ speed, port, isForDevelopment: true, onLine: tellReload });
	await furnish(stage);
	const target = join(communityFolder(stage.slot.userFolder), 'node_modules', 'n8n-nodes-image3d');
	// The first bundle of a process takes seconds longer than the next ones.
	await packedFile(ROOT, join('nodes', 'Image3dGenerate', 'fields.ts'));
	await watchSources(ROOT, target, {
		onWritten: (paths) => say(`  → ${paths.join(', ')}\n`),
		onBroken: (source, reason) => say(`  ✖ ${source}: ${reason}\n`),
	});
	await checkTypes();
	say(`
  n8n's editor   ${stage.n8n.url}
    email        ${stage.slot.owner.email}
    password     ${stage.slot.owner.password}
  The sandbox    ${stage.sandbox.baseUrl}

  Save a file in nodes, credentials or glb: the open editor shows the change by itself. Ctrl-C ends everything.

`);
	await Promise.race([stage.n8n.ended, stage.sandbox.ended]);
	throw new Error('n8n or the sandbox has ended unexpectedly.');
}

/** n8n says in its log when it has read the nodes again, and when it could not. */
function tellReload(line: string): void {
	if (line.includes('Hot reload triggered for n8n-nodes-image3d')) say('  ✔ n8n reads the nodes again\n');
	if (line.includes('Hot reload failed')) say(`  ✖ ${line.trim()}\n`);
}

/** Beside everything else: a type that is wrong does not keep a label from being seen. */
async function checkTypes(): Promise<void> {
	const tsc = require.resolve('typescript/bin/tsc');
	const args = [tsc, '-p', 'tsconfig.build.json', '--noEmit', '--watch', '--preserveWatchOutput'];
	await startProgram(process.execPath, args, {
		cwd: ROOT,
		endWithParent: true,
		onLine: (line) => {
			if (/error TS|Found [1-9]/.test(line)) say(`  ✖ ${line.trim()}\n`);
		},
	});
}

endOnSignals();

main().catch(endWithError);
