/** The fields of *Convert*. */
import type { INodeProperties } from 'n8n-workflow';

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
