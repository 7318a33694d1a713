/** What the user fills in. */
import type { INodeProperties } from 'n8n-workflow';
import {
	concurrency,
	deliveryOptions,
	optionsField,
	outputBinaryField,
	pollInterval,
	timeout,
} from '../shared/n8n/fields/sharedFields';

const whenWaiting = { show: { '/waitForCompletion': [true] } };

export const fields: INodeProperties[] = [
	{
		displayName: 'Task ID',
		name: 'taskId',
		type: 'string',
		default: '={{ $json.task_id }}',
		required: true,
		description: 'The task_id from Image3D Generate',
	},
	{
		displayName: 'Wait for Completion',
		name: 'waitForCompletion',
		type: 'boolean',
		default: false,
		description: 'Whether to wait until the model is ready, instead of reporting its progress',
	},
	{
		displayName: 'Download Model',
		name: 'downloadModel',
		type: 'boolean',
		default: true,
		description: 'Whether to add the GLB file to the item once the model is ready',
	},
	{ ...outputBinaryField, displayOptions: { show: { downloadModel: [true] } } },
	optionsField([
		concurrency,
		{ ...pollInterval, displayOptions: whenWaiting },
		{ ...timeout, displayOptions: whenWaiting },
		...deliveryOptions,
	]),
];
