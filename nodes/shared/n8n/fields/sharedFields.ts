/** Fields that several nodes show, written once. */
import type { INodeProperties } from 'n8n-workflow';
import { shopLimitsField } from './shopLimitsField';

/** Defaults and bounds of the options, in the unit that the user sees. */
export const DEFAULT_CONCURRENCY = 5;
export const MAX_CONCURRENCY = 50;
export const DEFAULT_TIMEOUT_SECONDS = 600;

/** The options of a node, in the order of the alphabet as n8n shows them. */
export const optionsField = (options: readonly INodeProperties[]): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	// Plain comparison: the first `localeCompare` of a process loads tables that take longer than all the pack's nodes.
	options: options.toSorted((a, b) => (a.displayName < b.displayName ? -1 : 1)),
});

export const outputBinaryField: INodeProperties = {
	displayName: 'Output Binary Field',
	name: 'outputBinaryField',
	type: 'string',
	default: 'data',
	required: true,
	hint: 'The name of the output field that holds the GLB file',
	description: 'Name of the output field for the model',
};

export const concurrency: INodeProperties = {
	displayName: 'Concurrency',
	name: 'concurrency',
	type: 'number',
	default: DEFAULT_CONCURRENCY,
	typeOptions: { minValue: 1, maxValue: MAX_CONCURRENCY },
	description:
		'How many tasks may run at the same time. Image3D allows five for a Pro account. Applies to the whole run; the first item decides.',
};

export const timeout: INodeProperties = {
	displayName: 'Timeout (Seconds)',
	name: 'timeout',
	type: 'number',
	default: DEFAULT_TIMEOUT_SECONDS,
	typeOptions: { minValue: 1 },
	description:
		'How long to wait for each model. After that the task keeps running, and you can fetch the model later.',
};

export const pollInterval: INodeProperties = {
	displayName: 'Poll Interval (Seconds)',
	name: 'pollInterval',
	type: 'number',
	default: 5,
	typeOptions: { minValue: 1 },
	description: 'Fixed time between two status checks. Without this option the node chooses the best times.',
};

export const extraFields: INodeProperties = {
	displayName: 'Extra Fields',
	name: 'extraFields',
	type: 'json',
	default: '{}',
	description:
		'JSON object whose fields are added to the request, for new features of the service that have no field here yet',
};

/** An option, and so without effect on a workflow that was saved without it; switched on by being added. */
export const simplifyOption: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** Options for handing on a model. */
export const deliveryOptions: INodeProperties[] = [
	shopLimitsField,
	{
		displayName: 'File Name',
		name: 'fileName',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $json.sku }}',
		description:
			'Name of the GLB file. If empty: the name of the picture, the first words of the prompt, or the task ID. If two files in a run have the same name, the second gets a number.',
	},
	{
		displayName: 'Max Model Size (MB)',
		name: 'maxModelSizeMb',
		type: 'number',
		default: 500,
		typeOptions: { minValue: 1 },
		description:
			'Largest model to download. A larger one fails its item, which still has the link to the model.',
	},
	{
		displayName: 'Preview',
		name: 'preview',
		type: 'options',
		default: 'image',
		description: 'Which picture of the model to add, in the binary field "preview"',
		options: [
			{ name: 'Image', value: 'image', description: 'A still picture' },
			{ name: 'Off', value: 'off', description: 'No picture' },
			{ name: 'Turntable', value: 'turntable', description: 'A short animation of the turning model' },
		],
	},
	simplifyOption,
];
