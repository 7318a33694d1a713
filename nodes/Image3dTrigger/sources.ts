/** Which tasks to watch: a list that the person wrote, or the rows of a Data Table. */
import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { type Outcome, badInput, fail, succeed } from '../shared/core/failure';
import { checkTaskId } from '../shared/core/task';
import { type RowFilter, readRows } from '../shared/n8n/dataTables';

export interface ListedTask {
	taskId: string;
	/** The row's other columns. */
	row?: IDataObject;
}

/** Rows looked at in one poll: a table with more should be filtered by a status column. */
const MAX_ROWS = 20_000;

/** The tasks as the node's parameters say, oldest first. */
export async function listTasks(context: IPollFunctions): Promise<Outcome<ListedTask[]>> {
	const source = context.getNodeParameter('taskSource') as string;
	return source === 'dataTable'
		? await listFromTable(context)
		: listFromText(String(context.getNodeParameter('taskIds') ?? ''));
}

function listFromText(text: string): Outcome<ListedTask[]> {
	const tasks: ListedTask[] = [];
	for (const word of text.split(/[\s,;]+/).filter((part) => part !== '')) {
		const taskId = checkTaskId(word);
		if (!taskId.ok)
			return fail({
				...taskId.failure,
				message: `"Task IDs" holds something that is not a task ID: ${word.slice(0, 60)}`,
			});
		tasks.push({ taskId: taskId.value });
	}
	if (tasks.length > 0) return succeed(tasks);
	return badInput(
		'"Task IDs" is empty',
		'Enter the task_id of at least one generation, or choose Data Table as the Task Source.',
	);
}

async function listFromTable(context: IPollFunctions): Promise<Outcome<ListedTask[]>> {
	const tableId = String(context.getNodeParameter('dataTableId', '', { extractValue: true }) ?? '').trim();
	const column = String(context.getNodeParameter('taskIdColumn') ?? '').trim();
	if (tableId === '') return badInput('"Data Table" is empty', 'Choose the table that holds the task IDs.');
	if (column === '')
		return badInput('"Task ID Column" is empty', 'Enter the name of the column that holds the task IDs.');
	const rows = await readRows(context, tableId, readFilter(context), MAX_ROWS);
	if (!rows.ok) return rows;
	if (rows.value.length > 0 && !(column in rows.value[0])) {
		const columns = Object.keys(rows.value[0]).join(', ');
		return badInput(
			`The Data Table has no column "${column}"`,
			`It has: ${columns}. Correct "Task ID Column".`,
		);
	}
	// Rows that wait for their task id, or hold something else there, are left alone.
	return succeed(
		rows.value.flatMap((row) => {
			const taskId = checkTaskId(row[column]);
			const others = Object.fromEntries(Object.entries(row).filter(([name]) => name !== column));
			return taskId.ok ? [{ taskId: taskId.value, row: others }] : [];
		}),
	);
}

function readFilter(context: IPollFunctions): RowFilter | undefined {
	const options = context.getNodeParameter('options', {}) as IDataObject;
	const column = String(options.statusColumn ?? '').trim();
	return column === '' ? undefined : { column, value: String(options.statusValue ?? '') };
}

/** Whether new tasks can turn up while a poll watches: rows are written at any time, a list is not. */
export function canGrow(context: IPollFunctions): boolean {
	return context.getNodeParameter('taskSource') === 'dataTable';
}
