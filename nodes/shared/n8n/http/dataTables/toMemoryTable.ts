/** One Data Table as the memory of paid models sees it: the calls that are bound to a node and a table's id in, its port out. */
import type { IDataObject } from 'n8n-workflow';
import type { MemoryTable } from '../../../core/purchase/memory/memoryTable';
import type { TableApi } from './bindTables';

/** Binds the table. */
export function toMemoryTable(tables: TableApi, id: string): MemoryTable {
	return {
		id,
		describe: async () => await tables.describe(id),
		addColumn: async (column) => await tables.addColumn(id, column),
		readRowsWith: async (column, values) => await tables.readRowsWith(id, column, values),
		insertRows: async (rows) => await tables.insertRows(id, rows as IDataObject[]),
		updateRows: async (conditions, data) => await tables.updateRows(id, conditions, data),
		updateRowsWith: async (column, values, data) => await tables.updateRowsWith(id, column, values, data),
	};
}
