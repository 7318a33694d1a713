/** Models on demand: made when first downloaded, in a worker thread, and kept as long as there is room. */
import { createHash } from 'node:crypto';
import { type Pictures } from '../state/keptPictures';
import { type Task } from '../state/tasks';
import { buildTiny } from './tiny';
import { ModelWorker } from './modelWorker';

/** Bytes of finished models kept in memory. */
const MODEL_CACHE_BYTES = 160 * 1024 * 1024;

export class ModelLibrary {
	/** In order of last use; a running build is held as its promise. */
	private readonly shelf = new Map<string, { glb: Promise<Buffer>; bytes: number }>();
	private readonly worker = new ModelWorker();

	constructor(private readonly pictures: Pictures) {}

	/**
	 * The GLB of a finished task; the same input gives the same bytes.
	 * @param tiny a few kilobytes, made at once, instead of a model of the tier's size.
	 */
	async get(task: Task, tiny: boolean): Promise<Buffer> {
		const key = keyOf(task, tiny);
		const known = this.shelf.get(key);
		if (known) {
			this.shelf.delete(key);
			this.shelf.set(key, known);
			return await known.glb;
		}
		const entry = { glb: this.build(task, tiny, key), bytes: 0 };
		this.shelf.set(key, entry);
		try {
			entry.bytes = (await entry.glb).length;
		} catch (error) {
			this.shelf.delete(key);
			throw error;
		}
		this.makeRoom();
		return await entry.glb;
	}

	async close(): Promise<void> {
		await this.worker.close();
	}

	private async build(task: Task, tiny: boolean, key: string): Promise<Buffer> {
		if (tiny) return await buildTiny(key);
		const { input, quality } = task;
		if (input.mode === 'text')
			return await this.worker.build({ mode: 'text', prompt: input.prompt, quality });
		const picture = this.pictures.get(input.imageSha256);
		// Made tiny first and then asked for in full size: the picture was never kept.
		if (!picture) return await buildTiny(key);
		return await this.worker.build({ mode: 'image', picture, quality });
	}

	private makeRoom(): void {
		let total = 0;
		for (const { bytes } of this.shelf.values()) total += bytes;
		for (const [key, { bytes }] of this.shelf) {
			if (total <= MODEL_CACHE_BYTES) return;
			if (bytes === 0) continue;
			total -= bytes;
			this.shelf.delete(key);
		}
	}
}

function keyOf({ input, quality }: Task, tiny: boolean): string {
	const what = input.mode === 'text' ? input.prompt : input.imageSha256;
	return createHash('sha256')
		.update(JSON.stringify([tiny, quality, input.mode, what]))
		.digest('hex');
}
