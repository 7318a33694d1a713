/** *Resize*: the model in its real size. */
import type { IDataObject } from 'n8n-workflow';
import { succeed } from '../../shared/core/failure';
import { GLB_MIME_TYPE } from '../../shared/n8n/files/downloadModel';
import { readLength } from '../readLength';
import { type Operate, loadOperations, readFacts, renamed, textOf, timing, unusable } from './operation';

/** A GLB of the wanted length; fails with `badInput` for a length that is none and models that cannot be measured. */
export const resize: Operate = async (input) => {
	const lengthM = readLength(input.parameters.get('length', ''), textOf(input, 'unit'));
	if (!lengthM.ok) return lengthM;
	const before = await readFacts(input.glb);
	if (!before.ok) return before;
	const { resizeModel } = await loadOperations();
	const resized = await resizeModel(input.glb, {
		dimension: textOf(input, 'dimension') as 'longest',
		pivot: textOf(input, 'pivot') as 'keep',
		lengthM: lengthM.value,
		...timing,
	});
	if (!resized.ok) return unusable(resized.reason);
	const { glb, boundingBox, changes } = resized;
	const model = { ...before.value, file_size: glb.length, bounding_box: boundingBox };
	return succeed({
		json: { model, model_before: before.value, changes } as unknown as IDataObject,
		files: [{ data: glb, name: renamed(input.fileName, 'glb'), mimeType: GLB_MIME_TYPE }],
	});
};
