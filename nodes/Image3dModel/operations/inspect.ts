/** *Inspect*, its fields and its work: facts, the verdict on limits, and what a shop's checker or a slicer would complain about. */
import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { checkLimits } from '../../../glb/facts';
import { CALLED_OFF } from '../../../glb/timeSlicer';
import { succeed } from '../../shared/core/failure';
import { limitFields, readLimits } from './chosenLimits';
import { type Operate, isYes, loadOperations, readFacts, timing, unusable } from './operation';

/** What the user fills in for *Inspect*. */
export const inspectFields: INodeProperties[] = [
	...limitFields('custom'),
	{
		displayName: 'For 3D Printing',
		name: 'forPrinting',
		type: 'boolean',
		default: false,
		description: 'Whether to look for holes and edges that a 3D printer cannot print',
	},
];

/** Facts and findings on the item, without a file; fails with `badInput` for what is no GLB. */
export const inspect: Operate = async (input) => {
	const limits = readLimits(input);
	if (!limits.ok) return limits;
	const facts = await readFacts(input.glb);
	if (!facts.ok) return facts;
	const { inspectModel } = await loadOperations();
	const inspected = await inspectModel(input.glb, {
		...timing,
		signal: input.signal,
		forPrinting: isYes(input, 'forPrinting'),
	});
	if (!inspected.ok) return unusable(inspected.reason);
	if (input.signal?.aborted) return unusable(CALLED_OFF);
	const { findings, boundingBox } = inspected;
	const model = { ...facts.value, bounding_box: boundingBox ?? facts.value.bounding_box };
	const verdict = Object.keys(limits.value).length === 0 ? {} : { budget: checkLimits(model, limits.value) };
	return succeed({
		json: { model, changes: [], ...verdict, findings } as unknown as IDataObject,
		files: [],
	});
};
