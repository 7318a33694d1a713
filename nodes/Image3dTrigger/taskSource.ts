/**
 * Which tasks to poll: the node's parameters in; out come the tasks of the user's list, or of a Data Table's rows. Fails
 * where the list holds none or the table cannot be read.
 */
import type { IDataObject } from 'n8n-workflow';
import { keyOf } from '../shared/core/polling/cursor';
import { type Outcome, badInput, fail, succeed } from '../shared/core/failure';
import { checkTaskId } from '../shared/core/api/task';
import type { RowFilter } from '../shared/n8n/http/dataTables/readRows';
import type { ListedTask } from './listedTask';
import type { PollRun } from './pollRun';

/** Rows polled of one table, the newest. */
const MAX_ROWS = 20_000;
/** A table with more rows is read whole once in a poll, and after that only for new rows. */
const SMALL_TABLE_ROWS = 250;

/** What one poll reads the tasks from, several times where they can grow meanwhile. */
export class TaskSource {
	/** Rows are written at any time, a list is not. */
	readonly canGrow: boolean;
	private rows: IDataObject[] = [];

	constructor(private readonly poll: PollRun) {
		this.canGrow = poll.get('taskSource') === 'dataTable';
	}

	/** The tasks as the node's parameters say, oldest first. */
	async read(): Promise<Outcome<ListedTask[]>> {
		return this.canGrow ? await this.readTable() : listFromText(String(this.poll.get('taskIds') ?? ''));
	}

	private async readTable(): Promise<Outcome<ListedTask[]>> {
		const table = readTableChoice(this.poll);
		if (!table.ok) return table;
		const { tableId, column } = table.value;
		const known = this.rows.length > SMALL_TABLE_ROWS ? this.rows : [];
		const read = await this.poll.tables.readRows(tableId, readFilter(this.poll), {
			maxRows: MAX_ROWS,
			afterId: known.at(-1)?.id as number | undefined,
		});
		if (!read.ok) return read;
		this.rows = [...known, ...read.value];
		return pickTasks(this.rows, column);
	}
}

function listFromText(text: string): Outcome<ListedTask[]> {
	const tasks: ListedTask[] = [];
	for (const word of new Set(text.split(/[\s,;]+/).filter((part) => part !== ''))) {
		const taskId = checkTaskId(word);
		if (!taskId.ok)
			return fail({
				...taskId.failure,
				message: `"Task IDs" holds something that is not a task ID: ${word.slice(0, 60)}`,
			});
		tasks.push({ taskId: taskId.value, key: keyOf(taskId.value) });
	}
	if (tasks.length > 0) return succeed(tasks);
	return badInput(
		'"Task IDs" is empty',
		'Enter the task_id of at least one generation, or choose Data Table as the Task Source.',
	);
}

function readTableChoice({ get, getChoice }: PollRun): Outcome<{ tableId: string; column: string }> {
	const tableId = getChoice('dataTableId');
	const column = String(get('taskIdColumn') ?? '').trim();
	if (tableId === '') return badInput('"Data Table" is empty', 'Choose the table that holds the task IDs.');
	if (column === '')
		return badInput('"Task ID Column" is empty', 'Enter the name of the column that holds the task IDs.');
	return succeed({ tableId, column });
}

/** Rows that wait for their task id, or hold something else in its place, are left alone. */
function pickTasks(rows: readonly IDataObject[], column: string): Outcome<ListedTask[]> {
	if (rows.length > 0 && !(column in rows[0])) {
		const columns = Object.keys(rows[0]).join(', ');
		return badInput(
			`The Data Table has no column "${column}"`,
			`It has: ${columns}. Correct "Task ID Column".`,
		);
	}
	return succeed(
		rows.flatMap((row) => {
			const taskId = checkTaskId(row[column]);
			const others = Object.fromEntries(Object.entries(row).filter(([name]) => name !== column));
			if (!taskId.ok) return [];
			return [{ taskId: taskId.value, row: others, key: keyOf(taskId.value, row.id) }];
		}),
	);
}

function readFilter({ get }: PollRun): RowFilter | undefined {
	const options = get('options', {}) as IDataObject;
	const column = String(options.statusColumn ?? '').trim();
	return column === '' ? undefined : { column, value: String(options.statusValue ?? '') };
}
