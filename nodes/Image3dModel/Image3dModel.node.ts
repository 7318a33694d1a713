/**
 * Image3D Model: a GLB in, what the next step needs out. No account, nothing sent anywhere. An item fails where its GLB
 * cannot be read.
 */
import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { fields } from './fields';
import { changeAll } from './changeModels';

/** What n8n shows of the node, and its run: `changeAll` does the work. */
export class Image3dModel implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Image3D Model',
		name: 'image3dModel',
		icon: { light: 'file:image3d.svg', dark: 'file:image3d.dark.svg' },
		group: ['transform'],
		version: [1],
		subtitle:
			'={{ { fit: "Fit to limits", resize: "Set the real size", convert: "Convert to " + String($parameter["format"] ?? "").toUpperCase(), picture: "Make a picture", page: "Make a web page", inspect: "Inspect" }[$parameter["operation"]] }}',
		description: 'Fit, resize, convert, picture or inspect a 3D model (GLB), on this n8n and free of charge',
		defaults: { name: 'Image3D Model' },
		documentationUrl: 'https://github.com/image3d/n8n-nodes-image3d/blob/main/docs/nodes/model.md',
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		properties: fields,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await changeAll(this)];
	}
}
