/** The fields of *Page*. */
import type { INodeProperties } from 'n8n-workflow';

export const pageFields: INodeProperties[] = [
	{
		displayName: 'Title',
		name: 'title',
		type: 'string',
		default: '',
		placeholder: 'e.g. Red armchair',
		description: 'Title of the page and name of the model. If empty, the file name is used.',
	},
	{
		displayName: 'Model URL',
		name: 'modelUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://cdn.example.com/chair.glb',
		description: 'Link to the GLB file on the web. If empty, the file becomes part of the page.',
	},
	{
		displayName: 'USDZ URL',
		name: 'usdzUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://cdn.example.com/chair.usdz',
		description:
			'Link to a USDZ file of the model on the web, for iPhone and iPad. If empty, the viewer makes its own.',
	},
	{
		displayName: 'AR Scale',
		name: 'arScale',
		type: 'options',
		default: 'auto',
		options: [
			{ name: 'Auto', value: 'auto', description: 'Visitors may make the model larger or smaller' },
			{ name: 'Fixed', value: 'fixed', description: 'The model keeps its real size' },
		],
		description: 'Whether visitors may resize the model when they see it in their room',
	},
];
