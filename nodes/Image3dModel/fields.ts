/** What the user fills in: which operation, and what it needs. */
import type { INodeProperties } from 'n8n-workflow';
import { convertFields } from './operations/convert';
import { fitFields } from './operations/fit';
import { inspectFields } from './operations/inspect';
import { pageFields } from './operations/page';
import { pictureFields } from './operations/picture';
import { resizeFields } from './operations/resize';

/** Shows fields for one operation only, on which nothing else depends. */
function forOperation(operation: string, fields: readonly INodeProperties[]): INodeProperties[] {
	return fields.map((field) => ({
		...field,
		displayOptions: { show: { operation: [operation] } },
	}));
}

export const fields: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		default: 'fit',
		options: [
			{
				name: 'Convert',
				value: 'convert',
				description: 'Convert the model to USDZ (iPhone), STL or 3MF (3D printers), or OBJ',
				action: 'Convert a model',
			},
			{
				name: 'Fit',
				value: 'fit',
				description: "Reduce the model until it meets a shop's limits, with as little loss as possible",
				action: 'Fit a model to limits',
			},
			{
				name: 'Inspect',
				value: 'inspect',
				description: 'List the facts of the model and what a shop would complain about',
				action: 'Inspect a model',
			},
			{
				name: 'Page',
				value: 'page',
				description: "Make a web page that shows the model in 3D, and in the visitor's room (AR)",
				action: 'Make a web page of a model',
			},
			{
				name: 'Picture',
				value: 'picture',
				description: 'Draw the model from a side that you choose',
				action: 'Make a picture of a model',
			},
			{
				name: 'Resize',
				value: 'resize',
				description: 'Give the model its real size, standing on the ground',
				action: 'Set the real size of a model',
			},
		],
	},
	{
		displayName: 'Input Binary Field',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		required: true,
		hint: 'The name of the input field that holds the GLB file',
		description:
			'Name of the field that holds the model. An AI agent cannot pass files on: use an expression that returns the file, such as {{ $("Image3D Generate").first().binary.data }}.',
	},
	...forOperation('fit', fitFields),
	...forOperation('resize', resizeFields),
	...forOperation('convert', convertFields),
	...forOperation('picture', pictureFields),
	...forOperation('page', pageFields),
	...forOperation('inspect', inspectFields),
	{
		displayName: 'Output Binary Field',
		name: 'outputBinaryField',
		type: 'string',
		default: 'data',
		required: true,
		hint: 'The name of the output field that holds the new file',
		description: 'Name of the output field for the new file',
		displayOptions: { hide: { operation: ['inspect'] } },
	},
];
