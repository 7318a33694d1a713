/**
 * Image3D Balance: the credits that an account has left. Items in, the balance beside each out; an item fails where it cannot
 * be read.
 */
import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { runItems } from '../shared/n8n/items/itemLoop';
import { bindRun } from '../shared/n8n/items/nodeRun';
import { openService } from '../shared/n8n/http/openService';
import { describeBalance } from './describeBalance';
import { fields } from './fields';

/**
 * What n8n shows of the node, and its run: an item in, the balance out; n8n's own errors where the user wants it to
 * stop.
 */
export class Image3dBalance implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Image3D Balance',
		name: 'image3dBalance',
		icon: { light: 'file:image3d.svg', dark: 'file:image3d.dark.svg' },
		group: ['transform'],
		version: [1],
		subtitle: 'Read the credits left',
		description: 'Read how many Image3D credits are left',
		documentationUrl: 'https://github.com/image3d/n8n-nodes-image3d/blob/main/docs/nodes/balance.md',
		defaults: { name: 'Image3D Balance' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'image3dApi', required: true }],
		properties: fields,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const service = await openService(this);
		const run = bindRun(this);
		const work = async (index: number) =>
			await describeBalance(service, run.parametersOf(index).readOptions());
		return [await runItems(run, 1, work)];
	}
}
