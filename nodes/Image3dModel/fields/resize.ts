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
		description: 'The side whose real length you know. The other sides are scaled with it.',
	},
	{
		displayName: 'Length',
		name: 'length',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 82 or {{ $json.height_cm }}',
		description: 'Real length of that side. Text from a spreadsheet such as "82,5" works, too.',
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
				description: 'The model stands on the ground, which shops and AR ask for',
			},
			{ name: 'Center', value: 'center', description: 'The middle of the model' },
			{ name: 'Keep', value: 'keep', description: 'Where it is' },
		],
		description:
			'The point of the model that becomes its origin, on which it stands and around which it turns',
	},
];
