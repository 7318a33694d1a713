/** Image3D Status: a task id in, its state and, once it is ready, its GLB model out. An item fails where its task did. */
import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { fields } from './fields';
import { readAll } from './readStatus';

/** What n8n shows of the node, and its run: an item with a task id in, the task and its model out; asking is free. */
export class Image3dStatus implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Image3D Status',
		name: 'image3dStatus',
		icon: { light: 'file:image3d.svg', dark: 'file:image3d.dark.svg' },
		group: ['transform'],
		version: [1],
		// $rawParameter: an expression has no value before a run, and would take the whole subtitle with it.
		subtitle:
			'={{ typeof $rawParameter["waitForCompletion"] === "string" ? "Check the task" : $rawParameter["waitForCompletion"] ? "Wait for the model" : "Check once" }}',
		description: 'Check a 3D model task of Image3D, or fetch its finished model (GLB)',
		documentationUrl: 'https://github.com/image3d/n8n-nodes-image3d/blob/main/docs/nodes/status.md',
		defaults: { name: 'Image3D Status' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'image3dApi', required: true }],
		properties: fields,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await readAll(this)];
	}
}
