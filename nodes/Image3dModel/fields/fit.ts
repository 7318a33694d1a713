/** The fields of *Fit*. */
import type { INodeProperties } from 'n8n-workflow';
import { limitFields } from './limits';

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
