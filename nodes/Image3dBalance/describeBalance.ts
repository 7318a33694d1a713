/** One item: the credits left, and whether they suffice where the user asked for that. */
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readBalance } from '../shared/core/api/fetchBalance';
import { type Outcome, succeed } from '../shared/core/failure';
import type { Service } from '../shared/core/polling/waitForTask';
import { cancelSignalOf, readOptions } from '../shared/n8n/items/context';
import type { OutputItem } from '../shared/n8n/items/itemLoop';
import { readLimitOption } from '../shared/n8n/fields/limitOption';

/** How long one reading may be tried. */
const BUDGET_MS = 60_000;

/** Reads the balance for item `index`. */
export async function describeBalance(
	context: IExecuteFunctions,
	service: Service,
	index: number,
): Promise<Outcome<OutputItem>> {
	const minimum = readLimitOption(readOptions(context, index).minimumBalance, 'Minimum Balance');
	if (!minimum.ok) return minimum;
	const balance = await readBalance(service, BUDGET_MS, cancelSignalOf(context));
	if (!balance.ok) return balance;
	const { amount, fields } = balance.value;
	// An answer without a number does not say that the credits suffice.
	const verdict =
		minimum.value === undefined ? {} : { sufficient: amount !== undefined && amount >= minimum.value };
	return succeed({ json: { ...(fields as IDataObject), ...verdict } });
}
