/** The limits that *Fit* and *Inspect* share: a shop's published ones, and the user's own. */
import type { INodeProperties } from 'n8n-workflow';
import { BUDGET_PRESETS, type Budget } from '../../../glb/facts';

export const LIMITS = ['maxFileSizeMb', 'maxFaces', 'maxTextureSide'] as const;

function limitField(
	displayName: string,
	name: (typeof LIMITS)[number],
	description: string,
): INodeProperties {
	return {
		displayName,
		name,
		type: 'number',
		// A 0 in the field would read as "nothing is allowed".
		default: '',
		placeholder: 'no limit of your own',
		typeOptions: { minValue: 0 },
		description: `${description}. It takes the place of the preset's.`,
	};
}

function inWords({ maxFileSizeMb, maxFaces, maxTextureSide }: Budget): string {
	const parts = [
		...(maxFileSizeMb === undefined ? [] : [`${maxFileSizeMb} MB`]),
		...(maxFaces === undefined ? [] : [`${maxFaces.toLocaleString('en-US')} faces`]),
		...(maxTextureSide === undefined ? [] : [`textures of ${maxTextureSide} px`]),
	];
	return `Up to ${parts.join(', ')}`;
}

export const limitFields = (defaultPreset: string): INodeProperties[] => [
	{
		displayName: 'Preset',
		name: 'preset',
		type: 'options',
		default: defaultPreset,
		options: [
			{ name: 'Custom', value: 'custom', description: 'Only the limits that you set below' },
			...Object.entries(BUDGET_PRESETS)
				.map(([value, { name, budget }]) => ({ name, value, description: inWords(budget) }))
				.sort((a, b) => a.name.localeCompare(b.name)),
		],
		description: 'The published limits of a shop front',
	},
	limitField('Max File Size (MB)', 'maxFileSizeMb', 'Largest file in megabytes'),
	limitField('Max Faces', 'maxFaces', 'Most triangles that the model may have'),
	limitField('Max Texture (Pixels)', 'maxTextureSide', 'Longest side of a texture in pixels'),
];
