/** What the user fills in. */
import type { INodeProperties } from 'n8n-workflow';
import { dataTableField } from '../shared/n8n/fields/dataTableField';
import {
	concurrency,
	deliveryOptions,
	extraFields,
	optionsField,
	outputBinaryField,
	pollInterval,
	timeout,
} from '../shared/n8n/fields/sharedFields';

const inImageMode = (imageSource?: string) => ({
	show: { mode: ['image'], ...(imageSource === undefined ? {} : { imageSource: [imageSource] }) },
});

const input: INodeProperties[] = [
	{
		displayName:
			'Each item starts one paid generation, which uses credits of your Image3D account. <a href="https://image3d.io/pricing/" target="_blank">See the prices</a>.',
		name: 'creditsNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Mode',
		name: 'mode',
		type: 'options',
		noDataExpression: true,
		default: 'text',
		options: [
			{ name: 'Text to 3D', value: 'text', description: 'Make a model from a description' },
			{ name: 'Image to 3D', value: 'image', description: 'Make a model from a picture' },
		],
		description: 'What the model is made from',
	},
	{
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		required: true,
		placeholder: 'e.g. a red leather armchair with wooden legs',
		description: 'What the model should show. One object, with its material and color, works best.',
		displayOptions: { show: { mode: ['text'] } },
	},
	{
		displayName: 'Image Source',
		name: 'imageSource',
		type: 'options',
		default: 'binary',
		options: [
			{ name: 'Base64 Text', value: 'base64', description: 'The picture as text in a field' },
			{ name: 'Binary File', value: 'binary', description: 'A file from an earlier step' },
			{ name: 'URL', value: 'url', description: 'A link to the picture' },
		],
		description: 'Where the picture comes from',
		displayOptions: inImageMode(),
	},
	{
		displayName: 'Input Binary Field',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		required: true,
		hint: 'The name of the input field that holds the picture',
		description: 'A PNG, JPEG or WebP file of up to 10 MB, best with one object on a plain background',
		displayOptions: inImageMode('binary'),
	},
	{
		displayName: 'Image URL',
		name: 'imageUrl',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://example.com/chair.jpg',
		description: 'Link to a PNG, JPEG or WebP picture that opens without signing in',
		displayOptions: inImageMode('url'),
	},
	{
		displayName: 'Image (Base64)',
		name: 'imageBase64',
		type: 'string',
		default: '',
		required: true,
		description: 'The picture as base64 text, with or without "data:image/png;base64," in front',
		displayOptions: inImageMode('base64'),
	},
	{
		displayName: 'Quality',
		name: 'quality',
		type: 'options',
		default: 'pro',
		options: [
			{ name: 'Fast', value: 'fast', description: 'About 10 seconds, 8,000 to 15,000 faces' },
			{ name: 'Standard', value: 'standard', description: 'About 10 seconds, 15,000 to 25,000 faces' },
			{ name: 'Pro', value: 'pro', description: 'About 30 seconds, 40,000 to 60,000 faces, PBR materials' },
			{
				name: 'Ultra',
				value: 'ultra',
				description: 'About 60 seconds, up to 1 million faces, PBR materials',
			},
		],
		description: 'How detailed the model is and how long it takes',
	},
];

const output: INodeProperties[] = [
	{
		displayName: 'Wait for Completion',
		name: 'waitForCompletion',
		type: 'boolean',
		default: true,
		description: 'Whether to wait until the model is ready. Turn off to go on at once with the task ID.',
	},
	{
		displayName: 'Download Model',
		name: 'downloadModel',
		type: 'boolean',
		default: true,
		description: 'Whether to add the GLB file to the item, for the next step to use',
		displayOptions: { show: { waitForCompletion: [true] } },
	},
	{ ...outputBinaryField, displayOptions: { show: { waitForCompletion: [true], downloadModel: [true] } } },
];

const withMemory = { show: { rememberModels: [true] } };

const memory: INodeProperties[] = [
	{
		displayName: 'Remember Paid Models',
		name: 'rememberModels',
		type: 'boolean',
		default: false,
		description:
			'Whether to keep a list of paid models in a Data Table. The next run then reuses a model instead of paying for the same picture or prompt again.',
	},
	{
		...dataTableField,
		name: 'memoryTableId',
		hint: 'Best an empty Data Table just for this. The node adds the columns it needs.',
		description:
			'The Data Table for the list of paid models. Several nodes and workflows may share it if they use the same Image3D account.',
		displayOptions: withMemory,
	},
];

/** What happens to items whose model is known: options that show only with a memory. */
const knownItems: INodeProperties[] = [
	{
		displayName: 'Known Models',
		name: 'knownModels',
		type: 'options',
		default: 'deliver',
		options: [
			{ name: 'Deliver', value: 'deliver', description: 'The model comes out as if it were new' },
			{ name: 'Leave Out', value: 'leaveOut', description: 'No item comes out: only what is new goes on' },
			{ name: 'Without File', value: 'withoutFile', description: 'The item comes out without its GLB file' },
		],
		description:
			'What comes out for an item whose model came out in an earlier run. An expression can decide for each item. A model that was paid for but never came out always comes out.',
		displayOptions: { show: { '/rememberModels': [true] } },
	},
	{
		displayName: 'Make Again',
		name: 'makeAgain',
		type: 'boolean',
		default: false,
		description:
			'Whether to pay for a new model although one is remembered. From then on the new one is remembered. An expression can decide for each item.',
		displayOptions: { show: { '/rememberModels': [true] } },
	},
];

const spending: INodeProperties[] = [
	{
		displayName: 'If a Charge Is Uncertain',
		name: 'onUncertainCharge',
		type: 'options',
		default: 'stop',
		options: [
			{
				name: 'Stop',
				value: 'stop',
				description: 'Fail the item and do not send it again, so you never pay twice',
			},
			{
				name: 'Submit Again',
				value: 'submitAgain',
				description: 'Send it again and risk paying twice',
			},
		],
		description:
			'What a retry does if the connection broke before Image3D confirmed the generation, or if an execution that crashed may have paid for it. An expression can decide for each item.',
	},
	{
		displayName: 'Minimum Balance (Credits)',
		name: 'minimumBalance',
		type: 'number',
		default: 10,
		typeOptions: { minValue: 0 },
		description:
			'Credits that the account must have before the first generation. With fewer, nothing is sent and items get the status "skipped". Also helps to find out whether an unconfirmed generation was charged. Applies to the whole run; the first item decides.',
	},
	{
		displayName: 'Spend Limit (Generations)',
		name: 'spendLimit',
		type: 'number',
		default: 100,
		typeOptions: { minValue: 0 },
		description:
			'Most generations that this node may start in one run, including retries. As a tool of an AI agent: in one execution, over all calls of the agent. Items above the limit get the status "skipped". The first item decides for the whole run.',
	},
];

const options = optionsField([
	concurrency,
	extraFields,
	pollInterval,
	timeout,
	...deliveryOptions,
	...knownItems,
	...spending,
]);

export const fields: INodeProperties[] = [...input, ...output, ...memory, options];
