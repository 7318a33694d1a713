/**
 * The limits that *Fit* and *Inspect* share: their fields, and what the user chose; a preset's limits, and in their place
 * the user's own.
 */
import { type ShopLimits, type ShopName, SHOPS } from '../../../glb/facts';
import { type Outcome, badInput, succeed } from '../../shared/core/failure';
import { readCount, readNumber } from '../readNumber';
import { readChoice } from './choice';
import { type OperationInput, textOf } from './operation';
import type { INodeProperties } from 'n8n-workflow';
import { limitField, presetField } from '../../shared/n8n/fields/shopLimitsField';

const LIMITS = ['maxFileSizeMb', 'maxFaces', 'maxTextureSide'] as const;

const OWN = 'If empty, the limit of the preset is used, if it has one.';

/** The fields, with the shop that is chosen at first. */
export const limitFields = (preset: 'custom' | ShopName): INodeProperties[] => [
	presetField(preset, 'The published limits of a shop'),
	limitField('Max File Size (MB)', 'maxFileSizeMb', `Largest file in megabytes. ${OWN}`),
	limitField('Max Faces', 'maxFaces', `Most triangles that the model may have. ${OWN}`),
	limitField('Max Texture (Pixels)', 'maxTextureSide', `Longest side of a texture in pixels. ${OWN}`),
];

const PRESET = {
	name: 'preset',
	called: 'preset',
	values: ['custom', ...(Object.keys(SHOPS) as ShopName[])],
} as const;

/** What the fields are called, and how the number in them is written. */
const FIELDS = {
	maxFileSizeMb: { label: 'Max File Size (MB)', unit: /(?:mb|megabytes?)\.?$/i, read: readNumber },
	maxFaces: { label: 'Max Faces', unit: /(?:faces|triangles)$/i, read: readCount },
	maxTextureSide: { label: 'Max Texture (Pixels)', unit: /(?:px|pixels?)\.?$/i, read: readCount },
} as const;

/** Longest text that is quoted, characters. */
const MAX_QUOTED = 40;

/** Empty fields and 0 mean no limit; fails with `badInput` for a preset and a number that are none. */
export function readLimits(input: OperationInput): Outcome<ShopLimits> {
	const preset = readChoice(input, PRESET);
	if (!preset.ok) return preset;
	const limits: ShopLimits = preset.value === 'custom' ? {} : { ...SHOPS[preset.value].limits };
	for (const name of LIMITS) {
		const text = textOf(input, name);
		if (text === '') continue;
		const { label, unit, read } = FIELDS[name];
		const limit = read(text.replace(unit, '').trim());
		if (limit === undefined)
			return badInput(
				`The limit "${text.slice(0, MAX_QUOTED)}" is not a number`,
				`Enter a number in "${label}", or leave the field empty.`,
			);
		if (limit > 0) limits[name] = limit;
	}
	return succeed(limits);
}
