/** The fields of *Inspect*. */
import type { INodeProperties } from 'n8n-workflow';
import { limitFields } from './limits';

export const inspectFields: INodeProperties[] = [
	...limitFields('custom'),
	{
		displayName: 'For 3D Printing',
		name: 'forPrinting',
		type: 'boolean',
		default: false,
		description: 'Whether to look for holes and edges that a 3D printer cannot print',
	},
];
