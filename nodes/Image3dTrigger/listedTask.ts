/** A task as it stands on the list: its id and the row it comes from in; what that row tells of it out. Nothing fails. */
import type { IDataObject } from 'n8n-workflow';
import { type TrackedTask, trackTask } from '../shared/core/polling/trackedTask';

/** A row older than this says nothing about when its task was submitted. */
const MAX_TASK_AGE_MS = 3_600_000;

/** A task that the list names; the same task in a later row is another one. */
export interface ListedTask {
	taskId: string;
	/** The row's other columns. */
	row?: IDataObject;
	/** What the cursor knows it by. */
	key: string;
}

/** A listed task of which nothing is known but its row. */
export function trackListed({ taskId, row }: ListedTask, nowMs: number): TrackedTask {
	return trackTask(taskId, qualityOf(row), submittedMs(row, nowMs));
}

/** The rows of each task, in the order of the list: several may hold the same one. */
export function rowsByTask(listed: readonly ListedTask[]): Map<string, Array<IDataObject | undefined>> {
	const rows = new Map<string, Array<IDataObject | undefined>>();
	for (const { taskId, row } of listed) {
		const known = rows.get(taskId);
		if (known === undefined) rows.set(taskId, [row]);
		else known.push(row);
	}
	return rows;
}

/** The column `quality`, where there is one. */
export function qualityOf(row: IDataObject | undefined): string | undefined {
	return typeof row?.quality === 'string' && row.quality !== '' ? row.quality : undefined;
}

/** A row is written right after its task was submitted, unless it was there before and got the task id later. */
function submittedMs(row: IDataObject | undefined, nowMs: number): number | undefined {
	const createdMs = Date.parse(String(row?.createdAt ?? ''));
	const wasChanged = Date.parse(String(row?.updatedAt ?? '')) - createdMs > UNTOUCHED_MS;
	const isPlausible = createdMs <= nowMs && createdMs > nowMs - MAX_TASK_AGE_MS && !wasChanged;
	return isPlausible ? createdMs : undefined;
}

/** The two times of a row that was only written once lie within this. */
const UNTOUCHED_MS = 1_000;
