/** What the user fills in: nothing, unless a workflow should branch on the balance. */
import type { INodeProperties } from 'n8n-workflow';
import { optionsField } from '../shared/n8n/fields/sharedFields';

export const fields: INodeProperties[] = [
	optionsField([
		{
			displayName: 'Minimum Balance (Credits)',
			name: 'minimumBalance',
			type: 'number',
			default: 10,
			typeOptions: { minValue: 0 },
			description:
				'Adds the field "sufficient" to the output. It is true if the balance is at least this many credits.',
		},
	]),
];
