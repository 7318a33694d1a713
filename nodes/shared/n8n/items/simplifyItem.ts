/** The option Simplify on a node's way out: a successful item with fewer fields; failures and files as they are. */
import type { IDataObject } from 'n8n-workflow';
import { type Outcome, succeed } from '../../core/failure';
import { simplify } from '../../core/report/simplify';
import type { OutputItem } from './putOut';

/** The outcome with a simplified item, or as it came where `simplifies` is false or there is no item. */
export function simplifyItem(outcome: Outcome<OutputItem>, simplifies: boolean): Outcome<OutputItem> {
	if (!simplifies || !outcome.ok) return outcome;
	return succeed({ ...outcome.value, json: simplify(outcome.value.json) as IDataObject });
}
