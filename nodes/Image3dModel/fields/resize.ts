/** The fields of *Resize*. */
import type { INodeProperties } from 'n8n-workflow';

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
		description: 'Which side you know the real length of; the others follow',
	},
	{
		displayName: 'Length',
		name: 'length',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 82 or {{ $json.height_cm }}',
		description: 'How long that side really is. Text from a sheet such as "82,5" is understood.',
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
				description: 'The model stands on the ground, as shops and AR want it',
			},
			{ name: 'Center', value: 'center', description: 'The middle of the model' },
			{ name: 'Keep', value: 'keep', description: 'Where it is' },
		],
		description: 'Which point of the model becomes the origin, the point that it stands on and turns around',
	},
];
