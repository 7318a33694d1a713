/**
 * An item that has no model to deliver: why in, its output out. Fails with what failed it, but for what is an answer all the
 * same: "no credits", when others of the run may have been accepted, and a task that goes on while an agent waits.
 */
import { type Failure, type Outcome, fail, succeed } from '../shared/core/failure';
import type { Skipped } from '../shared/core/purchase/purchases';
import { answerAgent } from '../shared/n8n/items/agentTool';
import type { OutputItem } from '../shared/n8n/items/putOut';
import type { Generated } from './itemEnding';
import type { ItemRequest } from './readRequest';
import type { Run } from './run';

/** Not submitted, or no item wanted for it, since its model is known. */
export type WithoutModel = Skipped | { isLeftOut: true };

/** The output of an item of this request. */
export function endWithoutModel(
	{ isTool }: Run,
	{ words: { mode, quality } }: ItemRequest,
	why: Failure | WithoutModel,
): Outcome<Generated> {
	const skip = (reason: string): OutputItem => ({ json: { status: 'skipped', reason, mode, quality } });
	if ('isLeftOut' in why) return succeed({});
	if ('skipped' in why) return succeed({ item: skip(why.skipped) });
	if (isRefusal(why)) return succeed({ item: skip(why.message), refusal: why });
	const answer = isTool ? answerAgent(why) : fail(why);
	return answer.ok ? succeed({ item: answer.value }) : answer;
}

/** "No credits" for a submit: others of the run may have been accepted, and those are still delivered. */
export function isRefusal({ kind, taskId }: Failure): boolean {
	return kind === 'paymentRequired' && taskId === undefined;
}
