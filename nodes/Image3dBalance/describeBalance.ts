/**
 * One item: its options in; out come the credits left, and whether they suffice where the user asked for that. Fails where no
 * balance can be had or the least is no number.
 */
import type { IDataObject } from 'n8n-workflow';
import { readBalance } from '../shared/core/api/fetchBalance';
import { type Outcome, succeed } from '../shared/core/failure';
import type { NodeService } from '../shared/n8n/http/openService';
import type { OutputItem } from '../shared/n8n/items/putOut';
import { readLimitOption } from '../shared/n8n/fields/limitOption';

/** How long one reading may be tried. */
const BUDGET_MS = 60_000;

/** Reads the balance for an item with these options. */
export async function describeBalance(
	service: NodeService,
	options: Record<string, unknown>,
): Promise<Outcome<OutputItem>> {
	const minimum = readLimitOption(options.minimumBalance, 'Minimum Balance');
	if (!minimum.ok) return minimum;
	const balance = await readBalance(service, BUDGET_MS, service.cancelled);
	if (!balance.ok) return balance;
	const { amount, fields } = balance.value;
	// An answer without a number does not say that the credits suffice.
	const verdict =
		minimum.value === undefined ? {} : { sufficient: amount !== undefined && amount >= minimum.value };
	return succeed({ json: { ...(fields as IDataObject), ...verdict } });
}
