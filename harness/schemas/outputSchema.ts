/** The schema that n8n's editor shows before a node's first run: the JSON of real items in, one schema out. */
import { createCompoundSchema, type Schema } from 'genson-js';
import type { IDataObject } from 'n8n-workflow';

/** What any of the items has; none of it is required. */
export function outputSchemaOf(items: readonly IDataObject[]): Schema & { version: number } {
	return { ...createCompoundSchema([...items], { noRequired: true }), version: 1 };
}
