/** Image3D Generate: pictures or sentences in, finished GLB models out. */
import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { fields } from './fields';
import { generateAll } from './generate';

export class Image3dGenerate implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Image3D Generate',
		name: 'image3dGenerate',
		icon: { light: 'file:image3d.svg', dark: 'file:image3d.dark.svg' },
		group: ['transform'],
		version: [1],
		subtitle:
			'={{ ($parameter["mode"] === "image" ? "Image to 3D" : "Text to 3D") + ": " + $parameter["quality"] }}',
		description: 'Turn a product photo or a sentence into a 3D model (GLB)',
		defaults: { name: 'Image3D Generate' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'image3dApi', required: true }],
		properties: fields,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await generateAll(this)];
	}
}
