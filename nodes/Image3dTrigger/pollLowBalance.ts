/**
 * One poll for a low balance: what n8n stored in; out come the new state and an item when the balance falls below the
 * threshold, again only after it was above. Fails where the balance cannot be read or the threshold is no number.
 */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { readBalance } from '../shared/core/api/fetchBalance';
import { type CursorState, crossesThreshold } from '../shared/core/polling/cursor';
import { type Outcome, badInput, succeed } from '../shared/core/failure';
import type { PollOutput } from './pollOutput';
import type { PollRun } from './pollRun';

/** Reads the balance. In a test (`isTest`) it is put out whatever it is. */
export async function pollLowBalance(
	poll: PollRun,
	state: CursorState,
	isTest: boolean,
): Promise<Outcome<PollOutput>> {
	const value = poll.get('threshold', 0);
	const threshold = value === '' ? Number.NaN : Number(value);
	if (!Number.isFinite(threshold))
		return badInput('"Threshold" is not a number', 'Enter a number of credits.');
	const balance = await readBalance(await poll.openService(), poll.takeTime().checkMs);
	if (!balance.ok) return balance;
	const { amount, fields } = balance.value;
	// An answer without a number says neither that the credits are low nor that they are not.
	const verdict =
		amount === undefined
			? { emits: false, state }
			: crossesThreshold(state, amount, threshold, isTest ? {} : poll.processState.balance);
	const items: INodeExecutionData[] = [
		{ json: { ...(fields as IDataObject), threshold }, pairedItem: { item: 0 } },
	];
	return succeed({ items: verdict.emits || isTest ? items : [], state: verdict.state });
}
