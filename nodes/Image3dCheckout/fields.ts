/** What the user fills in. */
import type { INodeProperties } from 'n8n-workflow';
import { extraFields } from '../shared/n8n/fields/sharedFields';

export const fields: INodeProperties[] = [
	{
		displayName:
			'This creates a link to a payment page. Nothing is charged until someone pays there. <a href="https://image3d.io/pricing/" target="_blank">See the prices</a>.',
		name: 'paymentNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Type',
		name: 'type',
		type: 'options',
		noDataExpression: true,
		default: 'pack',
		options: [
			{ name: 'Credit Pack', value: 'pack', description: 'Credits that you buy once' },
			{ name: 'Subscription', value: 'subscription', description: 'A number of generations every month' },
		],
		description: 'What to buy',
	},
	{
		displayName: 'Price ID',
		name: 'priceId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. price_1Abc…',
		description:
			'ID of the price, as the <a href="https://image3d.io/pricing/" target="_blank">pricing page</a> of Image3D shows it',
	},
	{
		displayName: 'Pack',
		name: 'pack',
		type: 'string',
		default: '',
		placeholder: 'e.g. starter',
		description: 'Name of the credit pack',
		displayOptions: { show: { type: ['pack'] } },
	},
	{
		displayName: 'Generations',
		name: 'generations',
		type: 'number',
		default: '',
		placeholder: 'the number of the price',
		typeOptions: { minValue: 0 },
		description: 'How many generations the pack has. If empty: the number that belongs to the price.',
		displayOptions: { show: { type: ['pack'] } },
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [extraFields],
	},
];
