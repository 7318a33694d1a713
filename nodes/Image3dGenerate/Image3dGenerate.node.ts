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
import { bindRun } from '../shared/n8n/items/nodeRun';
import { failAll } from '../shared/n8n/items/putOut';
import { fields } from './fields';
import { generateAll } from './generateAll';
import { openRun } from './run';

/** What n8n shows of the node, and its run: here n8n's context ends. A run that cannot begin fails each of its items. */
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
		const node = bindRun(this);
		const opened = await openRun(this, node);
		const output = opened.ok ? await generateAll(opened.value) : opened;
		return [output.ok ? output.value : failAll(node, output.failure)];
	}
}
