/** One poll for a low balance: reported once when it falls below the threshold, again only after it was above. */
import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { readBalance } from '../shared/core/balance';
import { type CursorState, crossesThreshold } from '../shared/core/cursor';
import { type Outcome, succeed } from '../shared/core/failure';
import { DEFAULT_POLL_BUDGET_MS } from '../shared/core/limits';
import { openService } from '../shared/n8n/service';
import type { PollResult } from './taskFinished';

/** Reads the balance. In a test (`isTest`) it is put out whatever it is. */
export async function pollBalance(
	context: IPollFunctions,
	state: CursorState,
	isTest: boolean,
): Promise<Outcome<PollResult>> {
	const threshold = Number(context.getNodeParameter('threshold', 0));
	const balance = await readBalance(await openService(context), DEFAULT_POLL_BUDGET_MS);
	if (!balance.ok) return balance;
	const { amount, fields } = balance.value;
	const verdict = crossesThreshold(state, amount ?? Number.POSITIVE_INFINITY, threshold);
	const items: INodeExecutionData[] = [
		{ json: { ...(fields as IDataObject), threshold }, pairedItem: { item: 0 } },
	];
	return succeed({ items: verdict.emits || isTest ? items : [], state: verdict.state });
}
