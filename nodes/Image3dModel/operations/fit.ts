/** *Fit*, its fields and its work: the model within the chosen limits. */
import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { GLB_MIME_TYPE } from '../../shared/n8n/files/downloadModel';
import { badInput, succeed } from '../../shared/core/failure';
import { readChoice } from './choice';
import { limitFields, readLimits } from './chosenLimits';
import { type Operate, loadOperations, readFacts, renamed, timing, unusable } from './operation';

/** What the user fills in for *Fit*. */
export const fitFields: INodeProperties[] = [
	...limitFields('shopify'),
	{
		displayName: 'Texture Format',
		name: 'textureFormat',
		type: 'options',
		default: 'keep',
		options: [
			{ name: 'JPEG', value: 'jpeg', description: 'Store every image without transparency as JPEG' },
			{
				name: 'Keep',
				value: 'keep',
				description: 'Leave images as they are, unless the file would be too large',
			},
		],
		description: 'How the images of the model are stored',
	},
	{
		displayName: 'Compression',
		name: 'compression',
		type: 'options',
		default: 'none',
		options: [
			{
				name: 'Meshopt',
				value: 'meshopt',
				description: 'Smallest, for web viewers; iOS and many shops cannot read it',
			},
			{ name: 'None', value: 'none', description: 'Every program can read it' },
			{ name: 'Quantize', value: 'quantize', description: 'Smaller; some shops and programs cannot read it' },
		],
		description: 'How the shape of the model is stored',
	},
];

const COMPRESSION = {
	name: 'compression',
	called: 'compression',
	values: ['none', 'quantize', 'meshopt'],
} as const;
const TEXTURE_FORMAT = { name: 'textureFormat', called: 'texture format', values: ['keep', 'jpeg'] } as const;

/**
 * A GLB within the limits, or as close to them as it came, with the verdict; fails with `badInput` where there is
 * nothing to fit to.
 */
export const fit: Operate = async (input) => {
	const limits = readLimits(input);
	if (!limits.ok) return limits;
	const compression = readChoice(input, COMPRESSION);
	if (!compression.ok) return compression;
	const textureFormat = readChoice(input, TEXTURE_FORMAT);
	if (!textureFormat.ok) return textureFormat;
	const asks = compression.value !== 'none' || textureFormat.value !== 'keep';
	if (Object.keys(limits.value).length === 0 && !asks)
		return badInput('There are no limits to fit the model to', 'Choose a Preset, or enter a limit.');
	const before = await readFacts(input.glb);
	if (!before.ok) return before;
	const { fitModel } = await loadOperations();
	const fitted = await fitModel(input.glb, {
		...timing,
		limits: limits.value,
		compression: compression.value,
		textureFormat: textureFormat.value,
		signal: input.signal,
	});
	if (!fitted.ok) return unusable(fitted.reason);
	const { facts, verdict, changes, glb } = fitted;
	const json = {
		model: facts,
		...(changes.length === 0 ? {} : { model_before: before.value }),
		changes,
		budget: verdict,
	} as unknown as IDataObject;
	return succeed({
		json,
		files: [{ data: glb, name: renamed(input.fileName, 'glb'), mimeType: GLB_MIME_TYPE }],
	});
};
