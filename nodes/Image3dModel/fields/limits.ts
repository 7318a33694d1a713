/** The limits that *Fit* and *Inspect* share: a shop's published ones, and the user's own. */
import type { INodeProperties } from 'n8n-workflow';
import type { BudgetPresetName } from '../../../glb/facts';
import { limitField, presetField } from '../../shared/n8n/fields/shopLimitsField';

export const LIMITS = ['maxFileSizeMb', 'maxFaces', 'maxTextureSide'] as const;

const OWN = 'If empty, the limit of the preset is used, if it has one.';

/** The fields, with the shop that is chosen at first. */
export const limitFields = (preset: 'custom' | BudgetPresetName): INodeProperties[] => [
	presetField(preset, 'The published limits of a shop'),
	limitField('Max File Size (MB)', 'maxFileSizeMb', `Largest file in megabytes. ${OWN}`),
	limitField('Max Faces', 'maxFaces', `Most triangles that the model may have. ${OWN}`),
	limitField('Max Texture (Pixels)', 'maxTextureSide', `Longest side of a texture in pixels. ${OWN}`),
];
