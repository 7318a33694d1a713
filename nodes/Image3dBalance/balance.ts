/** One item: the credits left, and whether they suffice where the person asked for that. */
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readBalance } from '../shared/core/balance';
import { type Outcome, succeed } from '../shared/core/failure';
import type { Service } from '../shared/core/watch';
import { cancelSignalOf, readOptions } from '../shared/n8n/context';
import type { OutputItem } from '../shared/n8n/items';

/** How long one reading may be tried. */
const BUDGET_MS = 60_000;

/** Reads the balance for item `index`. */
export async function describeBalance(
	context: IExecuteFunctions,
	service: Service,
	index: number,
): Promise<Outcome<OutputItem>> {
	const { minimumBalance } = readOptions(context, index);
	const balance = await readBalance(service, BUDGET_MS, cancelSignalOf(context));
	if (!balance.ok) return balance;
	const { amount, fields } = balance.value;
	const verdict = minimumBalance === undefined ? {} : { sufficient: (amount ?? 0) >= Number(minimumBalance) };
	return succeed({ json: { ...(fields as IDataObject), ...verdict } });
}
