/** Models in a real n8n that keeps binary data in its database: whole, byte for byte. */
import axios from 'axios';
import { START, chain } from '../../harness/e2e/workflow';
import { addAccount } from '../../harness/e2e/account';
import { useStage } from '../../harness/e2e/stage';

const RUN_TIMEOUT_MS = 180_000;
const GENERATE = 'Image3D Generate';

const stage = useStage({ n8n: { binaryMode: 'database' } });

it(
	'delivers the very bytes of the CDN',
	async () => {
		const account = await addAccount(stage, { tinyModels: false });
		const generate = {
			name: GENERATE,
			type: 'n8n-nodes-image3d.image3dGenerate',
			parameters: { prompt: 'a vase in a database', quality: 'pro', options: { preview: 'image' } },
			credentials: account.credentials,
		};
		const { client } = stage;
		const workflow = await client.saveWorkflow(chain('Kept in the database', [START, generate]));
		const execution = await client.waitForExecution(await client.run(workflow, START.name), RUN_TIMEOUT_MS);
		expect(execution.data.resultData.error).toBeUndefined();
		const [item] = execution.data.resultData.runData[GENERATE][0].data!.main![0]!;
		const { id, mimeType } = item.binary!.data;
		expect(id).toMatch(/^database:/);
		expect(mimeType).toBe('model/gltf-binary');
		const delivered = await client.binary(id!);
		const fromCdn = await axios.get<ArrayBuffer>(String(item.json.model_url), {
			responseType: 'arraybuffer',
			proxy: false,
		});
		expect(delivered.length).toBe((item.json.model as { file_size: number }).file_size);
		expect(delivered.equals(Buffer.from(fromCdn.data))).toBe(true);
		const picture = await client.binary(item.binary!.preview.id!);
		expect(picture.subarray(1, 4).toString()).toBe('PNG');
	},
	2 * RUN_TIMEOUT_MS,
);
