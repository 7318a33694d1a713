/** *Resize*, its fields and its work: the model in its real size. */
import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { succeed } from '../../shared/core/failure';
import { GLB_MIME_TYPE } from '../../shared/n8n/files/downloadModel';
import { readLength } from '../readLength';
import { readChoice } from './choice';
import { type Operate, loadOperations, readFacts, renamed, textOf, timing, unusable } from './operation';

/** What the user fills in for *Resize*. */
export const resizeFields: INodeProperties[] = [
	{
		displayName: 'Dimension',
		name: 'dimension',
		type: 'options',
		default: 'longest',
		options: [
			{ name: 'Depth', value: 'depth', description: 'From front to back' },
			{ name: 'Height', value: 'height', description: 'From the ground to the top' },
			{ name: 'Longest Side', value: 'longest', description: 'Whichever of the three is longest' },
			{ name: 'Width', value: 'width', description: 'From left to right' },
		],
		description: 'The side whose real length you know. The other sides are scaled with it.',
	},
	{
		displayName: 'Length',
		name: 'length',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 82 or {{ $json.height_cm }}',
		description: 'Real length of that side. Text from a spreadsheet such as "82,5" works, too.',
	},
	{
		displayName: 'Unit',
		name: 'unit',
		type: 'options',
		default: 'cm',
		options: [
			{ name: 'Centimeters', value: 'cm', description: 'A hundredth of a meter' },
			{ name: 'Feet', value: 'ft', description: '30.48 centimeters' },
			{ name: 'Inches', value: 'in', description: '2.54 centimeters' },
			{ name: 'Meters', value: 'm', description: 'As in the file itself' },
			{ name: 'Millimeters', value: 'mm', description: 'A thousandth of a meter' },
		],
		description: 'Unit of the length',
	},
	{
		displayName: 'Pivot',
		name: 'pivot',
		type: 'options',
		default: 'bottomCenter',
		options: [
			{
				name: 'Bottom Center',
				value: 'bottomCenter',
				description: 'The model stands on the ground, which shops and AR ask for',
			},
			{ name: 'Center', value: 'center', description: 'The middle of the model' },
			{ name: 'Keep', value: 'keep', description: 'Where it is' },
		],
		description:
			'The point of the model that becomes its origin, on which it stands and around which it turns',
	},
];

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
