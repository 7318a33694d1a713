/** *Convert*, its fields and its work: the model as another kind of file. */
import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { badInput, succeed } from '../../shared/core/failure';
import { type Operate, loadOperations, readFacts, renamed, textOf, timing, unusable } from './operation';

/** What the user fills in for *Convert*. */
export const convertFields: INodeProperties[] = [
	{
		displayName: 'Format',
		name: 'format',
		type: 'options',
		default: 'usdz',
		options: [
			{ name: '3MF', value: '3mf', description: 'For 3D printers, in millimeters and with colors' },
			{ name: 'OBJ', value: 'obj', description: 'For most 3D programs, in a ZIP with its textures' },
			{ name: 'STL', value: 'stl', description: 'For 3D printers, in millimeters, shape only' },
			{ name: 'USDZ', value: 'usdz', description: 'For iPhone and iPad (AR Quick Look)' },
		],
		description: 'Format to convert the model to',
	},
];

/** Facts of what a format has no words for. */
const WITHOUT_TEXTURES = { textures: 0, texture_formats: [], largest_texture_side: undefined, pbr: false };

/** What comes out of each format. An OBJ is three kinds of files, so it comes in a ZIP. */
const FORMATS = {
	'3mf': { ending: '3mf', mimeType: 'model/3mf', without: WITHOUT_TEXTURES },
	obj: { ending: 'zip', mimeType: 'application/zip', without: {} },
	stl: { ending: 'stl', mimeType: 'model/stl', without: { ...WITHOUT_TEXTURES, materials: 0 } },
	usdz: { ending: 'usdz', mimeType: 'model/vnd.usdz+zip', without: {} },
} as const;

/**
 * A file of the chosen format, with a sentence for what was repaired and for what it cannot hold; fails with `badInput`
 * for what cannot be converted.
 */
export const convert: Operate = async (input) => {
	const format = textOf(input, 'format').toLowerCase() as keyof typeof FORMATS;
	if (!Object.hasOwn(FORMATS, format))
		return badInput(
			`Models cannot be converted to "${textOf(input, 'format').slice(0, 40)}"`,
			`Choose one of ${Object.keys(FORMATS).join(', ')}.`,
		);
	const before = await readFacts(input.glb);
	if (!before.ok) return before;
	const { convertModel } = await loadOperations();
	const { ending, mimeType, without } = FORMATS[format];
	const name = renamed(input.fileName, ending);
	const converted = await convertModel(input.glb, {
		...timing,
		signal: input.signal,
		format,
		name: name.slice(0, -ending.length - 1),
	});
	if (!converted.ok) return unusable(converted.reason);
	const { file, boundingBox, changes, source } = converted;
	const after = source === input.glb ? before : await readFacts(source);
	if (!after.ok) return after;
	const model = {
		...after.value,
		...without,
		file_size: file.length,
		bounding_box: boundingBox,
		animations: 0,
		extensions: [],
	};
	return succeed({
		json: { model, model_before: before.value, changes } as unknown as IDataObject,
		files: [{ data: file, name, mimeType }],
	});
};
