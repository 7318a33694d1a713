/** The options that guard the account's credits: the node's options in, limits that can be trusted or a failure out. */
import type { INode } from 'n8n-workflow';
import { type Outcome, badInput, succeed } from '../shared/core/failure';
import type { GateOptions } from '../shared/core/purchase/spendingLimit';
import { readLimitOption } from '../shared/n8n/fields/limitOption';

/** Reads the guards of a whole run from the options of its first item; `node` tells where an expression stands. */
export function readGuards(options: Record<string, unknown>, node: INode): Outcome<GateOptions> {
	const spendLimit = readGuard(options, node, 'spendLimit', 'Spend Limit');
	if (!spendLimit.ok) return spendLimit;
	const minimumBalance = readGuard(options, node, 'minimumBalance', 'Minimum Balance');
	if (!minimumBalance.ok) return minimumBalance;
	return succeed({ spendLimit: spendLimit.value, minimumBalance: minimumBalance.value });
}

/** A field that was left empty guards nothing; an expression that gives nothing was meant to. */
function readGuard(
	options: Record<string, unknown>,
	node: INode,
	name: string,
	label: string,
): Outcome<number | undefined> {
	const value = options[name];
	const written = (node.parameters.options as Record<string, unknown> | undefined)?.[name];
	const isExpression = typeof written === 'string' && written.startsWith('=');
	if (value !== undefined || !isExpression) return readLimitOption(value, label);
	return badInput(
		`The expression in "${label}" has no result`,
		'Correct the expression, or remove the option to have no limit.',
	);
}
