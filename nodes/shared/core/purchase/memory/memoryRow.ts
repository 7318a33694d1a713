/**
 * A row of the memory: what stands in the table in, what is known of one paid task out, and the other way round. A row that
 * somebody else has written is read as far as it can be.
 */
import { checkTaskId } from '../../api/task';
import { oneLine } from '../../report/oneLine';
import type { LedgerEntry } from '../ledger';
import type { AboutPurchase } from '../purchaseRecords';
import type { CellValue, TableRow } from './memoryTable';

/** The columns, in the order in which missing ones are made. */
export const MEMORY_COLUMNS = [
	'fingerprint',
	'task_id',
	'state',
	'mode',
	'quality',
	'label',
	'execution_id',
	'submitted_at',
] as const;

/**
 * `sending`: written before the request leaves. `accepted`: paid for, its model not handed on yet. `delivered`: handed on.
 * `failed`: nothing to be had of it; the row may be used again. `uncertain`: may have been paid for.
 */
export type RowState = 'sending' | 'accepted' | 'delivered' | 'failed' | 'uncertain';

/** What one row says of a purchase; what it does not say is undefined. */
export interface MemoryRow {
	id: number;
	fingerprint: string;
	/** Where there is one, its state is `accepted` or `delivered`. */
	taskId?: string;
	state: RowState;
	/** What the table says of it still, where it has no model any more: a request that is refused leaves it so. */
	was?: { taskId: string } & Pick<MemoryRow, 'state' | 'submittedAt' | 'executionId'>;
	/** The state in the words of the table, which somebody may have typed: what a compare-and-set has to name. */
	stateCell: CellValue;
	executionId: string;
	/** As it stands in the table: tells rows of one execution apart. */
	submittedAt: string;
	/** The last write, by the database's clock, in milliseconds; undefined where the table does not tell. */
	writtenMs?: number;
}

/** Sixteen bytes of the hash, in letters that need no escape in a link: 50 of them are one question. */
const FINGERPRINT_BYTES = 16;
/** Enough to recognize a prompt or a file by. */
const LABEL_CHARACTERS = 80;

/** The fingerprint as the table holds it. */
export function shortened(fingerprint: string): string {
	return Buffer.from(fingerprint.slice(0, FINGERPRINT_BYTES * 2), 'hex').toString('base64url');
}

/** Reads a row; undefined for one that says nothing: of a state that nobody knows, without a task. */
export function parseRow(row: TableRow): MemoryRow | undefined {
	const task = checkTaskId(row.task_id);
	const state = stateOf(row.state, task.ok);
	const id = Number(row.id);
	if (state === undefined || !Number.isInteger(id)) return undefined;
	const hasModel = state === 'accepted' || state === 'delivered';
	return {
		id,
		fingerprint: textOf(row.fingerprint),
		...(hasModel && task.ok ? { taskId: task.value } : {}),
		state,
		stateCell: typeof row.state === 'string' ? row.state : null,
		executionId: textOf(row.execution_id),
		submittedAt: textOf(row.submitted_at),
		writtenMs: timeOf(row.updatedAt) ?? timeOf(row.createdAt),
	};
}

function stateOf(value: unknown, hasTask: boolean): RowState | undefined {
	const word = textOf(value).trim().toLowerCase();
	switch (word) {
		case 'accepted':
		case 'delivered':
			// Whoever emptied the cell of the task has left no way to it.
			return hasTask ? word : 'uncertain';
		case 'failed':
			return word;
		case 'sending':
		case 'uncertain':
			// A task beside it was typed in by somebody who has found it in the log.
			return hasTask ? 'accepted' : word;
		default:
			return hasTask ? 'accepted' : undefined;
	}
}

/** What a new row says, or one that is used again. */
export function sendingCells(
	fingerprint: string,
	about: AboutPurchase | undefined,
	executionId: string,
	stampMs: number,
): Record<string, CellValue> {
	const label = about?.label?.trim();
	return {
		fingerprint,
		task_id: null,
		state: 'sending',
		mode: about?.mode ?? null,
		quality: about?.quality ?? null,
		label: label === undefined ? null : oneLine(label, LABEL_CHARACTERS),
		execution_id: executionId,
		submitted_at: new Date(stampMs).toISOString(),
	};
}

/** When the task of a row was submitted, by the clock of whoever did it; 0 where the row does not tell. */
function submittedMsOf(row: MemoryRow): number {
	return timeOf(row.submittedAt) ?? row.writtenMs ?? 0;
}

/** A known task as an entry that is in no ledger. */
export function toEntry(row: MemoryRow, fingerprint: string, tableId: string): LedgerEntry {
	return {
		fingerprint,
		idempotencyKey: '',
		submittedMs: submittedMsOf(row),
		state: 'accepted',
		taskId: row.taskId,
		round: 0,
		memoryRow: { tableId, rowId: row.id },
	};
}

function textOf(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function timeOf(value: unknown): number | undefined {
	const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
	return Number.isNaN(ms) ? undefined : ms;
}
