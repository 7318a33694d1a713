/** The worker thread that makes models, so that the API keeps answering meanwhile; started with the first order. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Quality } from '../tiers';

export type ModelOrder =
	| { mode: 'text'; prompt: string; quality: Quality }
	| { mode: 'image'; picture: Uint8Array; quality: Quality };

export type WorkerAnswer = { id: number; glb: Uint8Array } | { id: number; error: string };

interface Waiting {
	resolve(glb: Buffer): void;
	reject(error: Error): void;
}

/** Threads do not inherit the TypeScript loader of the main one: register it, then load the file. */
const LOADER = `
const { workerData } = require('node:worker_threads');
require(workerData.loader).register();
require(workerData.file);
`;

export class ModelWorker {
	private worker: Worker | undefined;
	private nextId = 0;
	private readonly waiting = new Map<number, Waiting>();

	/** @throws Error when the model cannot be made. */
	async build(order: ModelOrder): Promise<Buffer> {
		const worker = (this.worker ??= this.start());
		const id = this.nextId++;
		const answer = new Promise<Buffer>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
		worker.postMessage({ id, order });
		return await answer;
	}

	async close(): Promise<void> {
		await this.worker?.terminate();
		this.failAll(new Error('The sandbox is closing'));
	}

	private start(): Worker {
		const workerData = { loader: require.resolve('tsx/cjs/api'), file: join(__dirname, 'workerThread.ts') };
		const worker = new Worker(LOADER, { eval: true, workerData, execArgv: [] });
		worker.unref();
		worker.on('message', (answer: WorkerAnswer) => this.settle(answer));
		worker.on('error', (error) => {
			this.worker = undefined;
			this.failAll(error);
		});
		return worker;
	}

	private settle(answer: WorkerAnswer): void {
		const waiting = this.waiting.get(answer.id);
		this.waiting.delete(answer.id);
		if ('error' in answer) waiting?.reject(new Error(answer.error));
		else waiting?.resolve(Buffer.from(answer.glb.buffer, answer.glb.byteOffset, answer.glb.byteLength));
	}

	private failAll(error: Error): void {
		for (const { reject } of this.waiting.values()) reject(error);
		this.waiting.clear();
	}
}
