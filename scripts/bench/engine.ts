/** Runs of the node inside n8n's engine against a sandbox, each in a process of its own. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { startSandboxProcess } from '../../test/support/sandboxProcess';
import type { EngineJob, EngineMeasures } from './engineRun';

const run = promisify(execFile);

const MODEL_BYTES = 300_000_000;

export interface EngineResults {
	streamed: EngineMeasures;
	buffered: EngineMeasures;
	batch: EngineMeasures;
}

/** A 300 MB model delivered and, for comparison, buffered; then 1,000 items on instant jobs. */
export async function measureEngine(): Promise<EngineResults> {
	const sandbox = await startSandboxProcess();
	const measure = async (job: Omit<EngineJob, 'sandbox'>): Promise<EngineMeasures> => {
		const env = { ...process.env, IMAGE3D_BENCH_JOB: JSON.stringify({ ...job, sandbox: sandbox.ready }) };
		const script = path.join(__dirname, 'engineRun.ts');
		const { stdout } = await run(process.execPath, ['--expose-gc', '--import', 'tsx', script], { env });
		return JSON.parse(stdout.trim().split('\n').at(-1)!) as EngineMeasures;
	};
	const user = { credits: 100_000, speed: 1000, tinyModels: true };
	const parameters = { prompt: 'a vase', quality: 'fast', options: {} };
	const large = { user: { ...user, modelSizeBytes: MODEL_BYTES }, items: 1, parameters };
	try {
		return {
			streamed: await measure(large),
			buffered: await measure({ ...large, buffered: true }),
			batch: await measure({
				user: { ...user, speed: 1e6, modelSizeBytes: 0 },
				items: 1000,
				parameters: { ...parameters, options: { preview: 'off', pollInterval: 0.01 } },
			}),
		};
	} finally {
		await sandbox.stop();
	}
}
