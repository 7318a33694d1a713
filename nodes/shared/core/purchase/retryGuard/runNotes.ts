/**
 * The notes that one run writes: ledger entries with their number in, keys of the node's queue out. Where notes cannot be
 * kept the log says so once, and nothing is taken to have been there.
 */
import { oneLine } from '../../report/oneLine';
import { LONGEST_QUOTED_TEXT } from '../../report/redact';
import type { LedgerEntry } from '../ledger';
import type { NoteAnswer, NoteQueue, NoteStore } from './noteQueue';

/** Where notes are written. */
export interface NotePlace {
	/** The node's queue, asked for anew each time: it is gone once nothing stands in it. */
	queue(): NoteQueue;
	store: NoteStore;
}

/** What a note is about. */
type Noted = Pick<LedgerEntry, 'fingerprint' | 'note'>;

/** One per run, closed with it. */
export class RunNotes {
	private readonly written = new Set<string>();
	private hasWarned = false;

	/** `place`: undefined where n8n keeps no notes for nodes. `lineage`: as `GuardedRun` has it. */
	constructor(
		private readonly place: NotePlace | undefined,
		private readonly lineage: string | undefined,
		private readonly log: { warn(text: string): void },
	) {}

	/** Writes an entry's note; whether it was there before. */
	async write(entry: Noted): Promise<boolean> {
		if (this.place === undefined) return false;
		const key = this.keyOf(entry);
		this.written.add(key);
		return this.read(await this.place.queue().note(this.place.store, key));
	}

	/** Whether a note is there: n8n tells so only of one that it is given, which is taken away again. */
	async probe(entry: Noted): Promise<boolean> {
		const wasThere = await this.write(entry);
		if (wasThere) this.leave(entry);
		else await this.forget([entry]);
		return wasThere;
	}

	/** Writes once more what another process may have overwritten. */
	async confirm(): Promise<void> {
		if (this.place !== undefined) this.read(await this.place.queue().confirm(this.place.store));
	}

	/** Takes the notes of entries away. */
	async forget(entries: readonly Noted[]): Promise<void> {
		const keys = entries.map((entry) => this.keyOf(entry));
		for (const key of keys) this.written.delete(key);
		if (this.place === undefined || keys.length === 0) return;
		this.read(await this.place.queue().forget(this.place.store, keys));
	}

	/** The note of this number is another execution's. */
	leave(entry: Noted): void {
		const key = this.keyOf(entry);
		this.written.delete(key);
		this.place?.queue().settle([key]);
	}

	/** The run is over: its notes stay as they are. */
	close(): void {
		this.place?.queue().settle(this.written);
	}

	private keyOf({ fingerprint, note }: Noted): string {
		return `${this.lineage ?? ''} ${fingerprint} ${note}`;
	}

	private read(answer: NoteAnswer): boolean {
		if ('wasThere' in answer) return answer.wasThere;
		if (!this.hasWarned) this.log.warn(describeTrouble(answer.trouble));
		this.hasWarned = true;
		return false;
	}
}

function describeTrouble(trouble: unknown): string {
	const said = trouble instanceof Error ? trouble.message : 'unknown error';
	return `Image3D could not note in n8n's database what is paid for: a Retry after a crash would pay again (${oneLine(said, LONGEST_QUOTED_TEXT)})`;
}
