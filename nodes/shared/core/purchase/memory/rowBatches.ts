/**
 * Calls of many items at the same time as few: what comes while one is under way goes together with the next. In go an item's
 * own rows or fingerprint; out comes what the table said of these alone.
 */
import { type Failure, type Outcome, fail } from '../../failure';
import type { CellValue, MemoryTable, TableRow, Written } from './memoryTable';

/** n8n takes more; a row that is in the way of its neighbors is not to hold up hundreds of them. */
const MOST_AT_ONCE = 50;

type Cells = Record<string, CellValue>;

/** Takes what was asked for meanwhile as one list. */
class Batch<In, Out> {
	private waiting: Array<{ ask: In; answer: (out: Out) => void; refuse: (error: unknown) => void }> = [];
	private isBusy = false;

	/** `send` answers each of the list in its place. What it rejects with, each is told: nobody waits for ever. */
	constructor(private readonly send: (asked: In[]) => Promise<Out[]>) {}

	async ask(ask: In): Promise<Out> {
		return await new Promise<Out>((answer, refuse) => {
			this.waiting.push({ ask, answer, refuse });
			if (!this.isBusy) void this.work();
		});
	}

	private async work(): Promise<void> {
		this.isBusy = true;
		// Items whose turn came in the same moment go together.
		await Promise.resolve();
		while (this.waiting.length > 0) {
			const taken = this.waiting.splice(0, MOST_AT_ONCE);
			try {
				const answers = await this.send(taken.map(({ ask }) => ask));
				taken.forEach(({ answer }, index) => answer(answers[index]));
			} catch (error) {
				for (const { refuse } of taken) refuse(error);
			}
		}
		this.isBusy = false;
	}
}

/** One per run, over one table. */
export class RowBatches {
	private readonly inserts: Batch<Cells, Written<TableRow>>;
	private readonly reads: Batch<string, Outcome<TableRow[]>>;

	/** `refusal`: why no row is to be read now. */
	constructor(table: MemoryTable, refusal: () => Failure | undefined) {
		this.inserts = new Batch(async (rows) => {
			const written = await table.insertRows(rows);
			return rows.map((_row, index) => (written.ok ? { ok: true, value: written.value[index] } : written));
		});
		this.reads = new Batch(async (fingerprints) => {
			// What waited for one that has failed is not asked for as long again.
			const refused = refusal();
			const read =
				refused === undefined ? await table.readRowsWith('fingerprint', fingerprints) : fail(refused);
			return fingerprints.map((fingerprint) =>
				read.ok ? { ok: true, value: read.value.filter((row) => row.fingerprint === fingerprint) } : read,
			);
		});
	}

	async insert(cells: Cells): Promise<Written<TableRow>> {
		return await this.inserts.ask(cells);
	}

	/** The rows of one fingerprint as they stand now: never those of a read that began before it was asked for. */
	async read(fingerprint: string): Promise<Outcome<TableRow[]>> {
		return await this.reads.ask(fingerprint);
	}
}
