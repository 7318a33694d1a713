/** The other workflows of `templates/` in a real n8n, each run to its end. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import axios from 'axios';
import FormData from 'form-data';
import type { Workflow } from '../../scripts/n8n/types';
import { STEPS } from '../../scripts/start/results';
import { importTemplates, readTemplates } from '../../scripts/start/templates';
import { OPEN_TIMEOUT_MS, openStage, ROOT, type TestStage } from './support/stage';

let stage: TestStage;
let workflows: Map<string, Workflow>;

beforeAll(async () => {
	stage = await openStage();
	workflows = await importTemplates(stage.client, readTemplates(join(ROOT, 'templates')), stage);
}, OPEN_TIMEOUT_MS);

afterAll(async () => await stage?.close());

describe('sentences-to-3d-models.json', () => {
	it('saves a model per sentence, named after it', async () => {
		const { client, folders } = stage;
		const id = await client.run(workflows.get('sentences-to-3d-models.json')!, STEPS.trigger);
		const execution = await client.waitForExecution(id, 90_000);
		expect(execution.data.resultData.error).toBeUndefined();
		const names = ['a green glass bottle.glb', 'a round blue ceramic vase.glb', 'a wooden toy train.glb'];
		expect(readdirSync(folders.models).sort()).toEqual(names);
		for (const name of names) expect(readMagic(readFileSync(join(folders.models, name)))).toBe('glTF');
	});
});

describe('picture-in-model-out.json', () => {
	it('answers a posted picture with the bytes of its model', async () => {
		const { client, n8n } = stage;
		const { id } = await client.activate(workflows.get('picture-in-model-out.json')!.id);
		const picture = join(ROOT, 'templates', 'pictures', 'coffee-cup.jpg');
		const form = new FormData();
		form.append('picture', readFileSync(picture), { filename: 'coffee-cup.jpg', contentType: 'image/jpeg' });
		const answer = await axios.post<ArrayBuffer>(`http://127.0.0.1:${n8n.port}/webhook/picture-to-3d`, form, {
			headers: form.getHeaders(),
			responseType: 'arraybuffer',
			proxy: false,
		});
		const received = Buffer.from(answer.data);
		expect(answer.headers['content-type']).toBe('model/gltf-binary');
		expect(readMagic(received)).toBe('glTF');
		const [newest] = await client.executions(id);
		const { data } = await client.waitForExecution(newest.id, 10_000);
		const [item] = data.resultData.runData[STEPS.generate][0].data!.main![0]!;
		const fromCdn = await axios.get<ArrayBuffer>(String(item.json.model_url), {
			responseType: 'arraybuffer',
			proxy: false,
		});
		expect(received.equals(Buffer.from(fromCdn.data))).toBe(true);
	});
});

function readMagic(file: Buffer): string {
	return file.subarray(0, 4).toString('latin1');
}
