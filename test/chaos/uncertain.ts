/** Which items an execution called uncertain: sent, but never confirmed, so perhaps charged. */
import type { INodeExecutionData } from 'n8n-workflow';

import type { NodeResult } from '../support/engine';
import { outputOf } from './evidence';

const UNCERTAIN = /not known whether Image3D accepted|never confirmed/;
const OTHERS = /perhaps charged: ((?:item \d+(?:, )?)+)/;

/** The places of the input items, each once. */
export function uncertainItems(result: NodeResult): number[] {
	const fromItems = outputOf(result)
		.filter(({ json }) => UNCERTAIN.test(String(json.error)))
		.map(itemOf);
	const { error } = result;
	const text = `${error?.message}\n${error?.description}`;
	const { itemIndex } = (error as { context?: { itemIndex?: number } } | undefined)?.context ?? {};
	const others = OTHERS.exec(text)?.[1].match(/\d+/g) ?? [];
	return [
		...new Set([
			...fromItems,
			...(UNCERTAIN.test(text) && itemIndex !== undefined ? [itemIndex] : []),
			...others.map(Number),
		]),
	];
}

/** The input item that an output item stands for. */
export function itemOf({ pairedItem }: INodeExecutionData): number {
	const [first] = Array.isArray(pairedItem) ? pairedItem : [pairedItem];
	return typeof first === 'object' ? first.item : (first ?? -1);
}
