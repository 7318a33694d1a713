/**
 * A process of its own that runs Generate inside n8n's engine and measures itself: what the run costs in memory, time
 * and processor. Called by the benchmark with a job in the environment; prints one line of JSON.
 */
import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { IBinaryData, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { createEngine, type Engine } from '../../harness/engine';
import { SandboxClient, type UserSettings } from '../../harness/sandbox/sandbox';
import { Image3dApi } from '../../credentials/Image3dApi.credentials';
import { Image3dGenerate } from '../../nodes/Image3dGenerate/Image3dGenerate.node.js';
import { BufferedDownload } from './bufferedDownload';
import { drawNoise } from './noise';
import { LoopWatch, type LoopMeasures } from './loopWatch';

export interface EngineJob {
	sandbox: { baseUrl: string; cdnUrl: string; authUrl: string; webApiKey: string };
	user: UserSettings;
	items: number;
	parameters: INodeParameters;
	/** Each item brings a picture of so many pixels square as base64 text, three bytes per pixel. */
	pictureSide?: number;
	/** Each item brings a copy of this picture as a file in n8n's storage. The garbage is left to the process. */
	pictureFile?: string;
	/** Watches the event loop, which takes some time of its own, and does not look at the heap. */
	watched?: boolean;
	/** Downloads into a buffer, as a node without streaming does, instead of running Generate. */
	buffered?: boolean;
}

export interface EngineMeasures {
	items: number;
	/** Peak of the resident memory over what it was before the run, megabytes of 1,000,000 bytes. */
	grownMb: number;
	/** Growth of the heap over the second half of the run, garbage collected before each look, bytes per item. */
	bytesPerItem: number;
	seconds: number;
	cpuMsPerItem: number;
	requestsPerItem: number;
	bytesDelivered: number;
	/** Of a watched run. */
	loop?: LoopMeasures;
}

/** How often the memory is looked at, ms. */
const SAMPLE_MS = 20;

/** How often the garbage is collected and the heap looked at, ms. */
const COLLECT_MS = 2_000;

function collectedHeap(): number {
	globalThis.gc?.();
	return process.memoryUsage().heapUsed;
}

async function storeFile(engine: Engine, file: string): Promise<IBinaryData> {
	return await engine.binary(createReadStream(file), {
		mimeType: 'image/png',
		fileName: path.basename(file),
	});
}

async function run(job: EngineJob): Promise<EngineMeasures> {
	const sandbox = new SandboxClient(job.sandbox);
	const engine = await createEngine({
		nodes: [Image3dGenerate, BufferedDownload],
		credentialTypes: [Image3dApi],
	});
	const user = await sandbox.createUser(job.user);
	const { baseUrl, authUrl: authEmulatorUrl, webApiKey: firebaseApiKey } = job.sandbox;
	const image3dApi = await engine.credentials.add('image3dApi', {
		signInMethod: 'refreshToken',
		refreshToken: user.refreshToken,
		baseUrl,
		authEmulatorUrl,
		firebaseApiKey,
		idToken: '',
	});
	const picture =
		job.pictureSide === undefined ? undefined : (await drawNoise(job.pictureSide)).toString('base64');
	const items: INodeExecutionData[] = [];
	for (let index = 0; index < job.items; index++) {
		const json = { prompt: `a vase, number ${index}`, picture };
		if (job.pictureFile === undefined) items.push({ json });
		else items.push({ json, binary: { data: await storeFile(engine, job.pictureFile) } });
	}
	const warmUp = {
		...job.parameters,
		// A picture would leave memory to the process that its run could then use.
		...(job.pictureFile === undefined ? {} : { mode: 'text', prompt: 'a vase' }),
		options: { ...(job.parameters.options as INodeParameters), spendLimit: 1 },
	};
	await sandbox.changeUser(user.uid, { modelSizeBytes: 0 });
	await engine.runNode(Image3dGenerate, {
		parameters: warmUp,
		items: items.slice(0, 1),
		credentials: { image3dApi },
	});
	await sandbox.changeUser(user.uid, { modelSizeBytes: job.user.modelSizeBytes });
	const before = await sandbox.ledger(user.uid);
	globalThis.gc?.();
	const start = { rss: process.memoryUsage().rss, cpu: process.cpuUsage(), ms: Date.now() };
	const samples: number[] = [];
	const heaps: number[] = [];
	const sampler = setInterval(() => samples.push(process.memoryUsage().rss), SAMPLE_MS);
	const watch = job.watched ? new LoopWatch() : undefined;
	const collector =
		watch !== undefined || job.pictureFile !== undefined
			? undefined
			: setInterval(() => heaps.push(collectedHeap()), COLLECT_MS);
	await watch?.start();
	const node = job.buffered ? BufferedDownload : Image3dGenerate;
	const result = await engine.runNode(node, {
		parameters: job.parameters,
		items,
		credentials: { image3dApi },
	});
	const loop = await watch?.stop();
	clearInterval(sampler);
	clearInterval(collector);
	samples.push(process.memoryUsage().rss);
	heaps.push(collectedHeap());
	if (result.error !== undefined) throw result.error;
	const cpu = process.cpuUsage(start.cpu);
	const after = await sandbox.ledger(user.uid);
	const requests =
		after.requests.length - before.requests.length + after.downloads.length - before.downloads.length;
	const measures = {
		items: result.items.length,
		grownMb: (Math.max(...samples) - start.rss) / 1e6,
		bytesPerItem: (heaps.at(-1)! - heaps[Math.floor(heaps.length / 2)]) / (job.items / 2),
		seconds: (Date.now() - start.ms) / 1000,
		cpuMsPerItem: (cpu.user + cpu.system) / 1000 / job.items,
		requestsPerItem: requests / job.items,
		loop,
		bytesDelivered: result.items.reduce((sum, item) => sum + Number(item.binary?.data?.bytes ?? 0), 0),
	};
	await engine.close();
	return measures;
}

void run(JSON.parse(process.env.IMAGE3D_BENCH_JOB!) as EngineJob).then(
	(measures) => {
		process.stdout.write(`${JSON.stringify(measures)}\n`);
		process.exit(0);
	},
	(error: unknown) => {
		process.stderr.write(`${String((error as Error).stack ?? error)}\n`);
		process.exit(1);
	},
);
