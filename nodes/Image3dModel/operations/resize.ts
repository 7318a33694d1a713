/** *Resize*: the model in its real size. */
import type { IDataObject } from 'n8n-workflow';
import { succeed } from '../../shared/core/failure';
import { GLB_MIME_TYPE } from '../../shared/n8n/files/downloadModel';
import { readLength } from '../readLength';
import { readChoice } from './choice';
import { type Operate, loadOperations, readFacts, renamed, textOf, timing, unusable } from './operation';

const DIMENSION = {
	name: 'dimension',
	called: 'dimension',
	values: ['longest', 'height', 'width', 'depth'],
} as const;
const PIVOT = { name: 'pivot', called: 'pivot', values: ['bottomCenter', 'center', 'keep'] } as const;

/** A GLB of the wanted length; fails with `badInput` for a length that is none and models that cannot be measured. */
export const resize: Operate = async (input) => {
	const dimension = readChoice(input, DIMENSION);
	if (!dimension.ok) return dimension;
	const pivot = readChoice(input, PIVOT);
	if (!pivot.ok) return pivot;
	const length = readLength(input.parameters.get('length', ''), textOf(input, 'unit'));
	if (!length.ok) return length;
	const before = await readFacts(input.glb);
	if (!before.ok) return before;
	const { resizeModel } = await loadOperations();
	const resized = await resizeModel(input.glb, {
		// "82 cm high" is of the height, whichever side the field has.
		dimension: length.value.dimension ?? dimension.value,
		pivot: pivot.value,
		lengthM: length.value.meters,
		...timing,
		signal: input.signal,
	});
	if (!resized.ok) return unusable(resized.reason);
	const { glb, boundingBox, changes } = resized;
	const model = { ...before.value, file_size: glb.length, bounding_box: boundingBox };
	return succeed({
		json: { model, model_before: before.value, changes } as unknown as IDataObject,
		files: [{ data: glb, name: renamed(input.fileName, 'glb'), mimeType: GLB_MIME_TYPE }],
	});
};
