/**
 * `npm run test:compat -- 1.123.81 2.0.3`: one smoke suite on each of these versions of n8n, installed where missing.
 * With `--as-3.0` each runs with everything that n8n 3.0 changes and it can already be told (harness/compat/as30.ts).
 * With `IMAGE3D_BINARY_MODE=filesystem` or `database` they keep files there, instead of where each does by default.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installN8nVersion } from '../harness/n8n/anyVersion';
import { say } from '../harness/process/say';

const ROOT = join(__dirname, '..');

async function main(): Promise<void> {
	const { values, positionals: versions } = parseArgs({
		allowPositionals: true,
		options: { 'as-3.0': { type: 'boolean', default: false } },
	});
	const as30 = values['as-3.0'];
	const failed: string[] = [];
	for (const asked of versions.length > 0 ? versions : [undefined]) {
		const { version } = await installN8nVersion(asked);
		say(`\nn8n ${version}${as30 ? ', as 3.0 will be' : ''}\n`);
		if ((await runSuite(version, as30)) !== 0) failed.push(version);
	}
	if (failed.length > 0) throw new Error(`Failed on n8n ${failed.join(', ')}`);
}

/** Resolves with jest's exit code. */
async function runSuite(version: string, as30: boolean): Promise<number | null> {
	const jest = require.resolve('jest/bin/jest');
	const child = spawn(process.execPath, [jest, '-c', join('test', 'compat', 'jest.config.js')], {
		cwd: ROOT,
		stdio: 'inherit',
		env: { ...process.env, IMAGE3D_N8N_VERSION: version, ...(as30 && { IMAGE3D_AS_3_0: 'true' }) },
	});
	return await new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', resolve);
	});
}

main().catch((error: unknown) => {
	say(`\n${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
