/** The option Model Limits (`budget` in saved workflows): what the user fills in, and the limits it stands for. */
import type { INodeProperties } from 'n8n-workflow';
import { SHOPS, type ShopLimits, type ShopName } from '../../../../glb/facts';
import { isObject } from '../../core/api/foreignText';

const LIMITS = ['maxFaces', 'maxFileSizeMb', 'maxTextureSide', 'maxExtentM'] as const;

export const shopLimitsField: INodeProperties = {
	displayName: 'Model Limits',
	name: 'budget',
	type: 'fixedCollection',
	// What n8n puts in when the option is added: the fields stand there at once, without a second click.
	default: { limits: { preset: 'custom' } },
	placeholder: 'Set Limits',
	description:
		'Limits to check the model against. The item gets budget.passed and budget.reasons, which an IF node can use.',
	options: [
		{
			displayName: 'Limits',
			name: 'limits',
			values: [
				presetField('custom', 'The published limits of a shop. Limits that you set below replace them.'),
				limitField(
					'Max Faces',
					'maxFaces',
					'Most triangles that the model may have. If empty, the limit of the preset is used, if it has one.',
				),
				limitField(
					'Max File Size (MB)',
					'maxFileSizeMb',
					'Largest file in megabytes. If empty, the limit of the preset is used, if it has one.',
				),
				limitField(
					'Max Texture (Pixels)',
					'maxTextureSide',
					'Longest side of a texture in pixels. If empty, the limit of the preset is used, if it has one.',
				),
				limitField(
					'Max Extent (Meters)',
					'maxExtentM',
					'Longest side of the model in meters. If empty, the limit of the preset is used, if it has one.',
				),
			],
		},
	],
};

/** The limits in a filled-in option, or undefined when none is set. Empty and 0 (as older workflows have it) are no limit. */
export function readShopLimits(value: unknown): ShopLimits | undefined {
	const chosen = isObject(value) && isObject(value.limits) ? value.limits : undefined;
	if (chosen === undefined) return undefined;
	const preset = SHOPS[chosen.preset as ShopName]?.limits ?? {};
	const own = LIMITS.filter((name) => Number(chosen[name]) > 0).map((name) => [name, Number(chosen[name])]);
	const limits: ShopLimits = { ...preset, ...Object.fromEntries(own) };
	return Object.keys(limits).length === 0 ? undefined : limits;
}

/** The choice of a shop front; `value` is chosen at first. */
export function presetField(value: 'custom' | ShopName, description: string): INodeProperties {
	return {
		displayName: 'Preset',
		name: 'preset',
		type: 'options',
		default: value,
		description,
		options: [
			{ name: 'Custom', value: 'custom', description: 'Only the limits that you set below' },
			...Object.entries(SHOPS)
				.map(([preset, { name, limits }]) => ({ name, value: preset, description: inWords(limits) }))
				.sort((a, b) => (a.name < b.name ? -1 : 1)),
		],
	};
}

function inWords({ maxFileSizeMb, maxFaces, maxTextureSide }: ShopLimits): string {
	const parts = [
		...(maxFileSizeMb === undefined ? [] : [`${maxFileSizeMb} MB`]),
		...(maxFaces === undefined ? [] : [`${withCommas(maxFaces)} faces`]),
		...(maxTextureSide === undefined ? [] : [`textures of ${maxTextureSide} px`]),
	];
	return `Up to ${parts.join(', ')}`;
}

/** A number of the user's own, in place of the preset's. */
export function limitField(
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
		// One text for every preset, also for Custom and for a shop without this limit. Two fields with a text each would
		// both be shown where the preset is an expression.
		placeholder: "preset's limit, or none",
		typeOptions: { minValue: 0 },
		description,
	};
}

/** By hand: the first number that Node.js formats by a language takes longer than all nodes together take to load. */
function withCommas(count: number): string {
	if (count < 1000) return String(count);
	return `${withCommas(Math.floor(count / 1000))},${String(count % 1000).padStart(3, '0')}`;
}
