/**
 * Notes of what is paid for, in a database that outlives this process: keys in, whether they were there before out. One
 * queue for each node and process, since n8n reads and rewrites all notes of a node at once and two writers lose one
 * another's; what waits meanwhile is written together. A database that fails or hangs is given up on, and said to be.
 */
import { type Clock, withTimeLimit } from '../../concurrency/clock';

/** The notes of one node in n8n's database. */
export interface NoteStore {
	/** Writes the keys down, and resolves with those that were there before. */
	record(keys: string[]): Promise<string[]>;
	remove(keys: string[]): Promise<void>;
}

/** Whether a key was there before; or why it is not known, and perhaps not written. */
export type NoteAnswer = { wasThere: boolean } | { trouble: unknown };

/** The longest wait for one write, ms: a database that takes so long is not going to tell a retry anything. */
const WRITE_MS = 10_000;
/** Another process overwrites what was written within the few milliseconds before: no more than these are written again. */
const MAX_STANDING = 200;
/** A second try mends two processes that write the first note of a node at the same moment. */
const TRIES = 2;

interface Step {
	kind: 'note' | 'forget';
	keys: string[];
	store: NoteStore;
	answer(answer: NoteAnswer): void;
}

/** The notes of one node: written and taken away in turns, each turn with all that waits. */
export class NoteQueue {
	private readonly steps: Step[] = [];
	/** Written by this process and still to be there: written again with every other, in case a process has overwritten it. */
	private readonly standing = new Set<string>();
	/** Could not be taken away: taken away with the next. */
	private readonly overdue = new Set<string>();
	private isWriting = false;

	/** `onIdle`: nothing stands and nothing waits any more. */
	constructor(
		private readonly clock: Clock,
		private readonly onIdle: () => void,
	) {}

	/** Writes a key down. */
	async note(store: NoteStore, key: string): Promise<NoteAnswer> {
		return await this.take('note', [key], store);
	}

	/** Writes what stands once more. */
	async confirm(store: NoteStore): Promise<NoteAnswer> {
		if (this.standing.size === 0) return { wasThere: false };
		return await this.take('note', [], store);
	}

	/** Takes keys away. */
	async forget(store: NoteStore, keys: string[]): Promise<NoteAnswer> {
		for (const key of keys) this.standing.delete(key);
		return await this.take('forget', keys, store);
	}

	/** The keys stay as they are, whatever another process writes. */
	settle(keys: Iterable<string>): void {
		for (const key of keys) this.standing.delete(key);
		this.rest();
	}

	private async take(kind: Step['kind'], keys: string[], store: NoteStore): Promise<NoteAnswer> {
		return await new Promise((answer) => {
			this.steps.push({ kind, keys, store, answer });
			if (!this.isWriting) void this.writeAll();
		});
	}

	private async writeAll(): Promise<void> {
		this.isWriting = true;
		while (this.steps.length > 0) await this.write(this.nextBatch());
		this.isWriting = false;
		this.rest();
	}

	/** The next steps of one kind, without the same key twice: the second is to learn that it is there. */
	private nextBatch(): Step[] {
		const [{ kind }] = this.steps;
		const keys = new Set<string>();
		const end = this.steps.findIndex((step) => {
			if (step.kind !== kind || step.keys.some((key) => keys.has(key))) return true;
			for (const key of step.keys) keys.add(key);
			return false;
		});
		return this.steps.splice(0, end < 0 ? this.steps.length : end);
	}

	private async write(batch: Step[]): Promise<void> {
		const [{ kind, store }] = batch;
		const keys = batch.flatMap((step) => step.keys);
		const written = await (kind === 'note' ? this.record(store, keys) : this.remove(store, keys));
		const before = new Set('before' in written ? written.before : []);
		for (const step of batch) {
			step.answer('trouble' in written ? written : { wasThere: step.keys.some((key) => before.has(key)) });
		}
	}

	private async record(store: NoteStore, keys: string[]) {
		for (const key of keys) {
			this.standing.add(key);
			this.overdue.delete(key);
		}
		const all = [...this.standing];
		for (const key of all.slice(0, -MAX_STANDING)) this.standing.delete(key);
		return await this.tryWrite(async () => await store.record(all));
	}

	private async remove(store: NoteStore, keys: string[]) {
		for (const key of keys) this.overdue.add(key);
		const written = await this.tryWrite(async () => {
			await store.remove([...this.overdue]);
			return [];
		});
		if ('before' in written) this.overdue.clear();
		return written;
	}

	private async tryWrite(
		write: () => Promise<string[]>,
	): Promise<{ before: string[] } | { trouble: unknown }> {
		let trouble: unknown;
		for (let tried = 0; tried < TRIES; tried++) {
			try {
				const before = await withTimeLimit(write(), WRITE_MS, this.clock);
				if (before === 'timedOut') return { trouble: new Error('the database did not answer') };
				return { before };
			} catch (error) {
				trouble = error;
			}
		}
		return { trouble };
	}

	private rest(): void {
		const isIdle = !this.isWriting && this.steps.length === 0;
		if (isIdle && this.standing.size === 0 && this.overdue.size === 0) this.onIdle();
	}
}
