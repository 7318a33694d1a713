/** The options that guard the account's credits: the node's options in, limits that can be trusted or a failure out. */
import { type Outcome, succeed } from '../shared/core/failure';
import { readLimitOption } from '../shared/n8n/fields/limitOption';
import type { GateOptions } from '../shared/core/purchase/spendingLimit';

/** Reads the guards of a whole run from the options of its first item. */
export function readGuards(options: Record<string, unknown>): Outcome<GateOptions> {
	const spendLimit = readLimitOption(options.spendLimit, 'Spend Limit');
	if (!spendLimit.ok) return spendLimit;
	const minimumBalance = readLimitOption(options.minimumBalance, 'Minimum Balance');
	if (!minimumBalance.ok) return minimumBalance;
	return succeed({ spendLimit: spendLimit.value, minimumBalance: minimumBalance.value });
}
