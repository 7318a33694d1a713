/** The options that guard the account's credits: the node's parameters in, limits that can be trusted or a failure out. */
import type { IExecuteFunctions } from 'n8n-workflow';
import { type Outcome, succeed } from '../shared/core/failure';
import { readOptions } from '../shared/n8n/items/context';
import { readLimitOption } from '../shared/n8n/fields/limitOption';
import type { GateOptions } from './spendingLimit';

/** Reads the guards of a whole run, as its first item says. */
export function readGuards(context: IExecuteFunctions): Outcome<GateOptions> {
	const options = readOptions(context, 0);
	const spendLimit = readLimitOption(options.spendLimit, 'Spend Limit');
	if (!spendLimit.ok) return spendLimit;
	const minimumBalance = readLimitOption(options.minimumBalance, 'Minimum Balance');
	if (!minimumBalance.ok) return minimumBalance;
	return succeed({ spendLimit: spendLimit.value, minimumBalance: minimumBalance.value });
}

/** Whether an unconfirmed submit of item `index` is sent again. */
export function submitsAgain(context: IExecuteFunctions, index: number): boolean {
	return readOptions(context, index).onUncertainCharge === 'submitAgain';
}
