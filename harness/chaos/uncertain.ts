/** How many charges an execution called uncertain: sent, but never confirmed, so perhaps charged. */
import type { NodeResult } from '../engine';
import { outputOf } from './runRecord';

/** The node's words for one submit of its own. */
const ONE = /not known whether Image3D accepted|never confirmed, so it is not sent again/;

/** Its words for those of the other items and of tries before. */
const MORE = /(\d+) more may have been charged/;

/** In the error where the node failed, otherwise in its items and its hint. */
export function countUncertain(result: NodeResult): number {
	const { error, hints } = result;
	const items = outputOf(result).filter(({ json }) => ONE.test(String(json.error)));
	const text = [error?.message, error?.description, ...hints.map(({ message }) => message)].join('\n');
	return items.length + (ONE.test(text) ? 1 : 0) + Number(MORE.exec(text)?.[1] ?? 0);
}
