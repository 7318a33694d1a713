/**
 * What can go wrong between a node and n8n's Data Tables: refusals, connections that break before or after the work, slow
 * answers. In: what is ordered, and for which calls; out: what happens to the call that comes.
 */

/** What a call does: `read` for rows, `list` for tables and their columns. */
export type TableCallKind = 'list' | 'read' | 'insert' | 'update' | 'addColumn';

export type TableFault = {
	/** The calls that it meets; all without. */
	kinds?: readonly TableCallKind[];
	/** How many of them; all that come without. */
	times?: number;
	/** Calls of these kinds that go well before. */
	after?: number;
} & (
	| { does: 'refuse'; status: number; message?: string; headers?: Record<string, string> }
	/** The connection breaks before anything was done. */
	| { does: 'unreachable' }
	/** All is done, and the connection breaks before the answer. */
	| { does: 'loseAnswer' }
	| { does: 'slow'; ms: number }
	/** HTTP 200 from something that is no API of n8n: a web page, a proxy. */
	| { does: 'otherAnswer'; body: string }
);

export const WRITES: readonly TableCallKind[] = ['insert', 'update', 'addColumn'];

export class TableFaults {
	private ordered: Array<TableFault & { seen: number }> = [];

	/** Orders these in place of what was ordered before. */
	order(...faults: TableFault[]): void {
		this.ordered = faults.map((fault) => ({ ...fault, seen: 0 }));
	}

	/** The fault that meets this call; counts it. */
	next(kind: TableCallKind | undefined): TableFault | undefined {
		for (const fault of this.ordered) {
			if (fault.kinds !== undefined && (kind === undefined || !fault.kinds.includes(kind))) continue;
			const number = fault.seen++;
			const from = fault.after ?? 0;
			if (number >= from && number < from + (fault.times ?? Infinity)) return fault;
		}
		return undefined;
	}
}
