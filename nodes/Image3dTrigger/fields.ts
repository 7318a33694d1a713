/** What the user fills in. */
import type { INodeProperties } from 'n8n-workflow';
import { dataTableField } from '../shared/n8n/fields/dataTableField';
import { optionsField, outputBinaryField, simplifyOption } from '../shared/n8n/fields/sharedFields';

const forTasks = (taskSource?: string) => ({
	show: { event: ['taskFinished'], ...(taskSource === undefined ? {} : { taskSource: [taskSource] }) },
});

const inTheTable = { show: { '/taskSource': ['dataTable'] } };

export const fields: INodeProperties[] = [
	{
		displayName: 'Event',
		name: 'event',
		type: 'options',
		noDataExpression: true,
		default: 'taskFinished',
		options: [
			{ name: 'Balance Is Low', value: 'balanceLow', description: 'When the credits fall below a number' },
			{ name: 'Task Finished', value: 'taskFinished', description: 'When a model is ready or has failed' },
		],
		description: 'What starts the workflow',
	},
	{
		displayName: 'Task Source',
		name: 'taskSource',
		type: 'options',
		noDataExpression: true,
		default: 'list',
		options: [
			{ name: 'Data Table', value: 'dataTable', description: 'Task IDs in a column of an n8n Data Table' },
			{ name: 'List', value: 'list', description: 'Task IDs that you enter here' },
		],
		description: 'Where the task IDs to watch come from',
		displayOptions: forTasks(),
	},
	{
		displayName: 'Task IDs',
		name: 'taskIds',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		required: true,
		placeholder: 'e.g. abc123-def456',
		description: 'Task IDs from Image3D Generate, separated by commas or line breaks',
		displayOptions: forTasks('list'),
	},
	{
		...dataTableField,
		name: 'dataTableId',
		description: 'The Data Table that holds the task IDs',
		displayOptions: forTasks('dataTable'),
	},
	{
		displayName: 'Task ID Column',
		name: 'taskIdColumn',
		type: 'string',
		default: 'task_id',
		required: true,
		description: 'Name of the column that holds the task IDs. The other columns come out under "row".',
		displayOptions: forTasks('dataTable'),
	},
	{
		displayName: 'Outcome',
		name: 'outcome',
		type: 'options',
		default: 'success',
		options: [
			{ name: 'Any', value: 'any', description: 'Models that are ready and tasks that failed' },
			{ name: 'Failed', value: 'failed', description: 'Only tasks that failed' },
			{ name: 'Success', value: 'success', description: 'Only models that are ready' },
		],
		description: 'Which finished tasks start the workflow',
		displayOptions: forTasks(),
	},
	{
		displayName: 'Threshold (Credits)',
		name: 'threshold',
		type: 'number',
		default: 50,
		typeOptions: { minValue: 0 },
		required: true,
		description:
			'Starts the workflow when the balance falls below this many credits. It starts again only after the balance was above it.',
		displayOptions: { show: { event: ['balanceLow'] } },
	},
	{
		displayName: 'Download Model',
		name: 'downloadModel',
		type: 'boolean',
		default: true,
		description: 'Whether to add the GLB file to the item, for the next step to use',
		displayOptions: forTasks(),
	},
	{ ...outputBinaryField, displayOptions: { show: { event: ['taskFinished'], downloadModel: [true] } } },
	{
		...optionsField([
			simplifyOption,
			{
				displayName: 'Status Column',
				name: 'statusColumn',
				type: 'string',
				default: '',
				placeholder: 'e.g. state',
				description: 'Only watch rows that have the Status Value in this column',
				displayOptions: inTheTable,
			},
			{
				displayName: 'Status Value',
				name: 'statusValue',
				type: 'string',
				default: '',
				placeholder: 'e.g. waiting',
				description: 'The value that the Status Column must have',
				displayOptions: inTheTable,
			},
		]),
		displayOptions: forTasks(),
	},
];
