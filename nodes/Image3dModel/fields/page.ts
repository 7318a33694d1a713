/** The fields of *Page*. */
import type { INodeProperties } from 'n8n-workflow';

export const pageFields: INodeProperties[] = [
	{
		displayName: 'Title',
		name: 'title',
		type: 'string',
		default: '',
		placeholder: 'e.g. Red armchair',
		description: 'What the page and the model are called. The file name is used when empty.',
	},
	{
		displayName: 'Model URL',
		name: 'modelUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://cdn.example.com/chair.glb',
		description: 'Where the GLB lies on the web. When empty, the file becomes part of the page.',
	},
	{
		displayName: 'USDZ URL',
		name: 'usdzUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://cdn.example.com/chair.usdz',
		description:
			'Where a USDZ of the model lies on the web, for iPhone and iPad. Without one the viewer makes its own.',
	},
	{
		displayName: 'AR Scale',
		name: 'arScale',
		type: 'options',
		default: 'auto',
		options: [
			{ name: 'Auto', value: 'auto', description: 'Viewers may make the model larger and smaller' },
			{ name: 'Fixed', value: 'fixed', description: 'The model stays in its real size' },
		],
		description: 'Whether the model may be resized when it is seen in the room',
	},
];
