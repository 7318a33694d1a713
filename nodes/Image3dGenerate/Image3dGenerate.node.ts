/**
 * Image3D Generate: pictures or sentences in, finished GLB models out. Fails, or puts out an error item, with what was paid
 * for.
 */
import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { searchDataTables } from '../shared/n8n/fields/dataTableField';
import { fields } from './fields';
import { generateAll } from './generateItems';

/** What n8n shows of the node, and its run: `execute` reads from top to bottom. */
export class Image3dGenerate implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Image3D Generate',
		name: 'image3dGenerate',
		icon: { light: 'file:image3d.svg', dark: 'file:image3d.dark.svg' },
		group: ['transform'],
		version: [1],
		// $rawParameter: an expression in Quality has no value before a run, and would take the whole subtitle with it.
		subtitle:
			'={{ ($rawParameter["mode"] === "image" ? "Image to 3D" : "Text to 3D") + (/^(=|$)/.test($rawParameter["quality"] ?? "") ? "" : ": " + $rawParameter["quality"]) }}',
		description: 'Turn a product photo or a sentence into a 3D model (GLB)',
		documentationUrl: 'https://github.com/image3d/n8n-nodes-image3d/blob/main/docs/nodes/generate.md',
		defaults: { name: 'Image3D Generate' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{ name: 'image3dApi', required: true },
			{
				name: 'image3dN8nApi',
				// The editor would call it "Credential for Image3D N8n API".
				displayName: 'API Key of This n8n',
				required: true,
				displayOptions: { show: { rememberModels: [true] } },
			},
		],
		properties: fields,
	};

	methods = { listSearch: { searchDataTables } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await generateAll(this)];
	}
}
