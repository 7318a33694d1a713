/**
 * `npx tsx scripts/output-schemas.ts`: writes what the editor shows of each node's output before its first run, from real
 * runs beside the sandbox. Run it when an output has a new field.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { format, resolveConfig } from 'prettier';

import { say } from '../harness/process/say';
import { openPack } from '../harness/sandbox/pack';
import { startSandboxProcess } from '../harness/sandbox/sandboxProcess';
import { outputSchemaOf } from '../harness/schemas/outputSchema';
import { collectOutputs } from '../harness/schemas/realOutputs';

const NODES = path.resolve(__dirname, '../nodes');

async function main(): Promise<void> {
	const sandbox = await startSandboxProcess();
	process.env.IMAGE3D_SANDBOX = JSON.stringify(sandbox.ready);
	const pack = await openPack();
	try {
		const outputs = await collectOutputs(pack);
		for (const name of outputs.keys()) {
			rmSync(path.join(NODES, name.split('/')[0], '__schema__'), { recursive: true, force: true });
		}
		for (const [name, items] of outputs) {
			const file = path.join(NODES, name);
			mkdirSync(path.dirname(file), { recursive: true });
			const options = await resolveConfig(file);
			writeFileSync(
				file,
				await format(JSON.stringify(outputSchemaOf(items)), { ...options, filepath: file }),
			);
			say(`nodes/${name}\n`);
		}
	} finally {
		await pack.close();
		await sandbox.stop();
	}
}

void main();
