/** The fields of *Picture*. */
import type { INodeProperties } from 'n8n-workflow';

export const pictureFields: INodeProperties[] = [
	{
		displayName: 'View',
		name: 'view',
		type: 'options',
		default: 'threeQuarter',
		options: [
			{ name: 'Back', value: 'back', description: 'From behind' },
			{ name: 'Front', value: 'front', description: 'Straight from the front' },
			{ name: 'Left', value: 'left', description: "From the model's left side" },
			{ name: 'Right', value: 'right', description: "From the model's right side" },
			{ name: 'Sheet', value: 'sheet', description: 'Six views in one picture' },
			{
				name: 'Three Quarter',
				value: 'threeQuarter',
				description: 'From the front, a little from the side and above',
			},
			{ name: 'Top', value: 'top', description: 'From above' },
			{ name: 'Turntable', value: 'turntable', description: 'A short animation of the turning model' },
		],
		description: 'The side from which to show the model',
	},
	{
		displayName: 'Size (Pixels)',
		name: 'size',
		type: 'number',
		default: 1024,
		typeOptions: { minValue: 16, maxValue: 2048 },
		description: 'Width and height of the picture in pixels, up to 2048',
	},
	{
		displayName: 'Background',
		name: 'background',
		type: 'string',
		default: 'transparent',
		placeholder: 'e.g. white or #f5f5f5',
		description:
			'Color behind the model: transparent, white (which marketplaces ask for), or a color such as #f5f5f5',
	},
];
