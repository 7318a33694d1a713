/**
 * Image3D Trigger: starts a workflow when a model is ready, or when the credits run low. In: what n8n stored of the polls
 * before; out: items and the new state. Throws where a poll brings nothing but a problem.
 */
import {
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
	NodeConnectionTypes,
} from 'n8n-workflow';
import type { CursorState } from '../shared/core/polling/cursor';
import { searchDataTables } from '../shared/n8n/fields/dataTableField';
import { toNodeError } from '../shared/n8n/items/nodeErrors';
import { fields } from './fields';
import { pollFinishedTasks } from './pollFinishedTasks';
import { pollLowBalance } from './pollLowBalance';
import { bindPoll } from './pollRun';
import { processStateOf } from './processState';
import { fetchTestEvent } from './testEvent';

/** What n8n shows of the node, and its poll: items where something happened, `null` where nothing did. */
export class Image3dTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Image3D Trigger',
		name: 'image3dTrigger',
		icon: { light: 'file:image3d.svg', dark: 'file:image3d.dark.svg' },
		group: ['trigger'],
		version: [1],
		subtitle:
			'={{ $parameter["event"] === "balanceLow" ? "When credits run low" : "When a model is ready" }}',
		description: 'Starts the workflow when an Image3D model is ready or the credits run low',
		documentationUrl: 'https://github.com/image3d/n8n-nodes-image3d/blob/main/docs/nodes/trigger.md',
		defaults: { name: 'Image3D Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'image3dApi', required: true },
			{
				name: 'image3dN8nApi',
				// The editor would call it "Credential for Image3D N8n API".
				displayName: 'API Key of This n8n',
				required: true,
				displayOptions: { show: { event: ['taskFinished'], taskSource: ['dataTable'] } },
			},
		],
		properties: fields,
	};

	methods = {
		listSearch: {
			searchDataTables,
		},
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		const processState = processStateOf(this);
		const poll = bindPoll(this, processState);
		const event = poll.get('event');
		const isTest = this.getMode() === 'manual';
		if (isTest && event === 'taskFinished') {
			const items = await fetchTestEvent(poll);
			if (!items.ok) throw toNodeError(this, items.failure);
			return [items.value];
		}
		if (processState.isPolling) return null;
		processState.isPolling = true;
		try {
			const state = this.getWorkflowStaticData('node') as CursorState;
			const result =
				event === 'balanceLow'
					? await pollLowBalance(poll, state, isTest)
					: await pollFinishedTasks(poll, state);
			if (!result.ok) throw toNodeError(this, result.failure);
			// Right before the items are returned: n8n stores the state with them.
			Object.assign(state, result.value.state);
			return result.value.items.length === 0 ? null : [result.value.items];
		} finally {
			processState.isPolling = false;
		}
	}
}
