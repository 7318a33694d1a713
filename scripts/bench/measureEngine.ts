/** Runs of the node inside n8n's engine against a sandbox, each in a process of its own. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startSandboxProcess } from '../../harness/sandbox/sandboxProcess';
import type { EngineJob, EngineMeasures } from './engineRun';
import type { LoopMeasures } from './loopWatch';
import { drawNoise } from './noise';

const run = promisify(execFile);

const MODEL_BYTES = 300_000_000;

/** Of a picture of 9 MB. */
const PICTURE_SIDE = 1730;

export interface EngineResults {
	streamed: EngineMeasures;
	buffered: EngineMeasures;
	batch: EngineMeasures;
	pictures: EngineMeasures;
	loop: LoopRow[];
}

/** What a run did to the event loop. */
export interface LoopRow extends LoopMeasures {
	what: string;
}

type Job = Omit<EngineJob, 'sandbox'>;

/** Whatever else the machine does makes a blockage longer, never shorter: the least of so many runs is the pack's. */
const LOOP_RUNS = 3;

/** A 300 MB model delivered and, for comparison, buffered; then 1,000 items on instant jobs; then the event loop. */
export async function measureEngine(): Promise<EngineResults> {
	const sandbox = await startSandboxProcess();
	const measure = async (job: Job): Promise<EngineMeasures> => {
		const env = { ...process.env, IMAGE3D_BENCH_JOB: JSON.stringify({ ...job, sandbox: sandbox.ready }) };
		const script = path.join(__dirname, 'engineRun.ts');
		const { stdout } = await run(process.execPath, ['--expose-gc', '--import', 'tsx', script], { env });
		return JSON.parse(stdout.trim().split('\n').at(-1)!) as EngineMeasures;
	};
	const user = { credits: 100_000, speed: 1000, tinyModels: true };
	const parameters = { prompt: 'a vase', quality: 'fast', options: {} };
	const large = { user: { ...user, modelSizeBytes: MODEL_BYTES }, items: 1, parameters };
	try {
		const results = {
			streamed: await measure(large),
			buffered: await measure({ ...large, buffered: true }),
			batch: await measure({
				user: { ...user, speed: 1e6, modelSizeBytes: 0 },
				items: 1000,
				parameters: { ...parameters, options: { preview: 'off', pollInterval: 0.01 } },
			}),
			pictures: await measurePictures(measure),
		};
		const loop: LoopRow[] = [];
		for (const [what, job] of Object.entries(loopJobs())) {
			const runs: LoopMeasures[] = [];
			while (runs.length < LOOP_RUNS) runs.push((await measure({ ...job, watched: true })).loop!);
			loop.push({ what, ...runs.sort((a, b) => a.longestOwnMs - b.longestOwnMs)[0] });
		}
		return { ...results, loop };
	} finally {
		await sandbox.stop();
	}
}

/** 50 pictures of 9 MB, five tasks at a time: how many of them are in memory at once. */
async function measurePictures(measure: (job: Job) => Promise<EngineMeasures>): Promise<EngineMeasures> {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'image3d-bench-'));
	const pictureFile = path.join(folder, 'noise.png');
	try {
		writeFileSync(pictureFile, await drawNoise(PICTURE_SIDE));
		return await measure({
			user: { credits: 100_000, speed: 100, tinyModels: true },
			items: 50,
			pictureFile,
			parameters: { mode: 'image', quality: 'fast', options: { concurrency: 5, preview: 'off' } },
		});
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** What keeps the pack busiest: many items, large pictures, full-sized models. */
function loopJobs(): Record<string, Job> {
	const user = { credits: 100_000, speed: 1e6, tinyModels: true };
	const prompt = '={{ $json.prompt }}';
	const options = { preview: 'off', pollInterval: 0.01 };
	return {
		'1,000 items, submitted without waiting': {
			user,
			items: 1000,
			parameters: { prompt, quality: 'fast', waitForCompletion: false, options: {} },
		},
		'100 items, to the model': { user, items: 100, parameters: { prompt, quality: 'fast', options } },
		'8 pictures of 9 MB as base64 text': {
			user,
			items: 8,
			pictureSide: PICTURE_SIDE,
			parameters: {
				mode: 'image',
				imageSource: 'base64',
				imageBase64: '={{ $json.picture }}',
				quality: 'fast',
				options,
			},
		},
		'4 Pro models with their pictures': {
			user: { ...user, tinyModels: false },
			items: 4,
			parameters: { prompt, quality: 'pro', options: { pollInterval: 0.01 } },
		},
	};
}
