/** What a node without streaming does: submit, poll every two seconds, download into a buffer. For comparison only. */
import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	NodeConnectionTypes,
	sleep,
} from 'n8n-workflow';

export class BufferedDownload implements INodeType {
	description = {
		displayName: 'Buffered Download',
		name: 'bufferedDownload',
		group: ['transform'],
		version: 1,
		description: 'Downloads a model the way that peers do',
		defaults: { name: 'Buffered Download' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'image3dApi', required: true }],
		properties: [],
	} satisfies INodeType['description'];

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { baseUrl } = await this.getCredentials<{ baseUrl: string }>('image3dApi');
		const call = async (method: 'GET' | 'POST', path: string, body?: object) =>
			(await this.helpers.httpRequestWithAuthentication.call(this, 'image3dApi', {
				method,
				url: `${baseUrl}${path}`,
				body: body as never,
				json: true,
			})) as { task_id: string; status: string; model_url: string };
		const task = await call('POST', '/api/generate', { mode: 'text', prompt: 'a vase', quality: 'fast' });
		let state = task;
		while (state.status !== 'success') {
			await sleep(2_000);
			state = await call('GET', `/api/status/${task.task_id}`);
		}
		const model = (await this.helpers.httpRequest({
			method: 'GET',
			url: state.model_url,
			encoding: 'arraybuffer',
		})) as Buffer;
		const data = await this.helpers.prepareBinaryData(Buffer.from(model), 'model.glb', 'model/gltf-binary');
		return [[{ json: { task_id: task.task_id }, binary: { data }, pairedItem: { item: 0 } }]];
	}
}
