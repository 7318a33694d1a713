/** Inside the worker thread: takes orders, gives GLB files. */
import { parentPort } from 'node:worker_threads';
import { buildModel } from './build';
import { type ModelOrder, type WorkerAnswer } from './modelWorker';

parentPort?.on('message', async ({ id, order }: { id: number; order: ModelOrder }) => {
	try {
		const glb = await buildModel(order);
		answer({ id, glb }, [glb.buffer as ArrayBuffer]);
	} catch (error) {
		answer({ id, error: (error as Error).message });
	}
});

function answer(message: WorkerAnswer, transfer: ArrayBuffer[] = []): void {
	parentPort?.postMessage(message, transfer);
}
