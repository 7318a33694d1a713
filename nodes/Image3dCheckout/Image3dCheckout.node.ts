/** Image3D Checkout: what to buy in, the link to a payment page out. An item fails where there is no such link. */
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
import { createCheckout } from './createCheckout';
import { fields } from './fields';

/**
 * What n8n shows of the node, and its run: an item in, the link out; nothing is charged until the user pays on that
 * page.
 */
export class Image3dCheckout implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Image3D Checkout',
		name: 'image3dCheckout',
		icon: { light: 'file:image3d.svg', dark: 'file:image3d.dark.svg' },
		group: ['transform'],
		version: [1],
		subtitle: '={{ $parameter["type"] === "pack" ? "Buy a credit pack" : "Buy a subscription" }}',
		description: 'Create a link to a payment page for Image3D credits',
		documentationUrl: 'https://github.com/image3d/n8n-nodes-image3d/blob/main/docs/nodes/checkout.md',
		defaults: { name: 'Image3D Checkout' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'image3dApi', required: true }],
		properties: fields,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const service = await openService(this);
		const run = bindRun(this);
		const work = async (index: number) => await createCheckout(service, run.parametersOf(index));
		return [await runItems(run, 1, work)];
	}
}
