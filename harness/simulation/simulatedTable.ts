/**
 * A Data Table in virtual time, as a database behind several n8n processes is: a new row has its id before others see it,
 * calls take as long as the dice say, and whoever was killed hears no answer. For the memory of paid models.
 */
import type {
	CellValue,
	MemoryTable,
	RowCondition,
	TableRow,
} from '../../nodes/shared/core/purchase/memory/memoryTable';
import type { VirtualClock } from './virtualClock';

/** The longest that a call is on its way, a transaction open or an answer on its way back, in milliseconds. */
const LONGEST_MS = 300;

interface StoredRow {
	cells: TableRow;
	isVisible: boolean;
}

export class SimulatedTable {
	private readonly stored: StoredRow[] = [];
	/** Requests that reached the table. */
	calls = 0;

	/** `skewMs`: how far the database's clock is before the others'. */
	constructor(
		private readonly clock: VirtualClock,
		private readonly random: () => number,
		private readonly skewMs = 0,
	) {}

	get rows(): TableRow[] {
		return this.stored.filter(({ isVisible }) => isVisible).map(({ cells }) => ({ ...cells }));
	}

	/** Adds a row that another execution has left `ageMs` ago. */
	leave(cells: TableRow, ageMs = 0): void {
		this.add(cells, -ageMs).isVisible = true;
	}

	/** Deletes a row, as somebody does by hand. */
	remove(id: number): void {
		for (const row of this.stored) if (row.cells.id === id) row.isVisible = false;
	}

	/** The table as one process sees it; after `killed` aborts its calls neither arrive nor are answered. */
	portFor(killed: AbortSignal): MemoryTable {
		const ask = async <T>(work: () => Promise<T>): Promise<T> => {
			await this.pause(killed);
			this.calls++;
			const value = await work();
			await this.pause(killed);
			return value;
		};
		return {
			id: 'simulated',
			describe: async () => ({ ok: true, value: { name: 'Simulated', columns: [] } }),
			addColumn: async () => ({ ok: true, value: undefined }),
			readRowsWith: async (column, values) =>
				await ask(async () => {
					const wanted = new Set<unknown>(values);
					return { ok: true, value: this.rows.filter((row) => wanted.has(row[column])) };
				}),
			insertRows: async (rows) =>
				await ask(async () => {
					const added = rows.map((cells) => this.add(cells));
					// Committed whatever becomes of whoever asked for it.
					await this.clock.sleep(this.random() * LONGEST_MS);
					for (const row of added) row.isVisible = true;
					return { ok: true, value: added.map(({ cells }) => ({ ...cells })) };
				}),
			updateRows: async (conditions, data) => await ask(async () => this.change(conditions, data)),
			updateRowsWith: async (column, values, data) =>
				await ask(async () => {
					const changed = values.flatMap(
						(value) => this.change([{ columnName: column, condition: 'eq', value }], data).value,
					);
					return { ok: true, value: changed };
				}),
		};
	}

	private add(cells: TableRow, sinceMs = 0): StoredRow {
		const moment = this.moment(sinceMs);
		const row = {
			cells: { ...cells, id: this.stored.length + 1, createdAt: moment, updatedAt: moment },
			isVisible: false,
		};
		this.stored.push(row);
		return row;
	}

	private change(
		conditions: readonly RowCondition[],
		data: Record<string, CellValue>,
	): { ok: true; value: TableRow[] } {
		const changed = this.stored.filter(
			({ isVisible, cells }) =>
				isVisible && conditions.every(({ columnName, value }) => cells[columnName] === value),
		);
		for (const { cells } of changed) Object.assign(cells, data, { updatedAt: this.moment() });
		return { ok: true, value: changed.map(({ cells }) => ({ ...cells })) };
	}

	private moment(sinceMs = 0): string {
		return new Date(this.clock.now() + this.skewMs + sinceMs).toISOString();
	}

	private async pause(killed: AbortSignal): Promise<void> {
		await this.clock.sleep(this.random() * LONGEST_MS);
		if (killed.aborted) await new Promise(() => undefined);
	}
}
