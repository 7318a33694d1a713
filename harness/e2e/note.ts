/** The step that keeps a task id where no crash of n8n can lose it: right after the submit, in a Data Table. */
import type { DataTable } from './dataTable';
import type { Step } from './workflow';

/** Notes each item's `task_id` in the table's column of that name, and hands the row on. */
export function noteIn(table: DataTable): Step {
	const schema = [{ id: 'task_id', displayName: 'task_id', type: 'string', canBeUsedToMatch: true }];
	return {
		name: 'Note',
		type: 'n8n-nodes-base.dataTable',
		typeVersion: 1.1,
		parameters: {
			resource: 'row',
			operation: 'insert',
			dataTableId: { __rl: true, mode: 'id', value: table.id },
			columns: {
				mappingMode: 'defineBelow',
				value: { task_id: '={{ $json.task_id }}' },
				matchingColumns: [],
				schema,
			},
		},
	};
}
