/**
 * The memory of paid models, where the user has switched it on: the run's parameters in; out comes the memory on a table that
 * fits, undefined where it is off, or a Failure that says what is wrong with the table. Nothing is spent before.
 */
import { type Outcome, badInput, succeed } from '../shared/core/failure';
import type { Ledger } from '../shared/core/purchase/ledger';
import { checkTable } from '../shared/core/purchase/memory/checkTable';
import type { MemoryTable } from '../shared/core/purchase/memory/memoryTable';
import { PaidModels } from '../shared/core/purchase/memory/paidModels';
import { tableIdIn } from '../shared/n8n/fields/dataTableField';
import type { NodeRun } from '../shared/n8n/items/nodeRun';
import { nextStamp } from '../shared/n8n/timing/nextStamp';
import { realClock } from '../shared/n8n/timing/realClock';

/** Taken from the first item: it holds for the whole run. */
export async function openMemory(
	node: Pick<NodeRun, 'parametersOf' | 'describePlace' | 'log'>,
	tableOf: (id: string) => MemoryTable,
	ledger: Ledger,
	signal: AbortSignal,
): Promise<Outcome<PaidModels | undefined>> {
	const { get } = node.parametersOf(0);
	if (get('rememberModels', false) !== true) return succeed(undefined);
	const tableId = tableIdIn(get('memoryTableId', ''));
	if (tableId === '') {
		return badInput(
			'"Data Table" is empty',
			'Choose the table that remembers the paid models, or turn off Remember Paid Models.',
		);
	}
	const table = tableOf(tableId);
	const checked = await checkTable(table);
	if (!checked.ok) return checked;
	return succeed(
		new PaidModels({
			table,
			clock: realClock,
			signal,
			executionId: String(node.describePlace().executionId ?? ''),
			nextStamp,
			log: node.log,
			isReserved: (rowId) => ledger.hasMemoryRow(tableId, rowId),
		}),
	);
}
