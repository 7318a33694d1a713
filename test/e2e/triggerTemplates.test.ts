/** The two workflows of the model queue in a real n8n: sentences in, a Data Table between, models in a folder. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Workflow } from '../../scripts/n8n/types';
import { STEPS } from '../../scripts/start/results';
import { importTemplates, readTemplates } from '../../scripts/start/templates';
import { addN8nCredential, findDataTable } from './support/dataTable';
import { TRIGGER } from './support/deliveries';
import { OPEN_TIMEOUT_MS, openStage, ROOT, type TestStage } from './support/stage';

const RUN_TIMEOUT_MS = 180_000;
/** Several of the trigger's polls, one of which may just have begun. */
const DELIVERY_TIMEOUT_MS = 300_000;

let stage: TestStage;
let workflows: Map<string, Workflow>;

beforeAll(async () => {
	stage = await openStage();
	workflows = await importTemplates(stage.client, readTemplates(join(ROOT, 'templates')), stage);
}, OPEN_TIMEOUT_MS);

afterAll(async () => await stage?.close());

describe('queue-1-submit.json and queue-2-deliver.json', () => {
	it('come inactive', async () => {
		expect((await stage.client.workflows()).filter(({ active }) => active)).toEqual([]);
	});

	it(
		'save a model per sentence, though no execution waited for it',
		async () => {
			const { client, folders } = stage;
			const submit = workflows.get('queue-1-submit.json')!;
			const submitted = await client.waitForExecution(
				await client.run(submit, STEPS.trigger),
				RUN_TIMEOUT_MS,
			);
			expect(submitted.data.resultData.error).toBeUndefined();
			const key = await addN8nCredential(stage, 'This n8n');
			const table = await findDataTable(key, 'Image3D queue');
			const prompts = ['a green glass bottle', 'a round blue ceramic vase', 'a wooden toy train'];
			expect((await table.rows()).map(({ prompt }) => prompt).sort()).toEqual(prompts);

			await publish(workflows.get('queue-2-deliver.json')!, table.id, key.credentials);
			const deadline = Date.now() + DELIVERY_TIMEOUT_MS;
			let rows = await table.rows();
			while (rows.some(({ state }) => state === 'waiting') && Date.now() < deadline) {
				await sleep(1_000);
				rows = await table.rows();
			}
			expect(rows.map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered']);
			const files = prompts.map((prompt) => `${prompt}.glb`);
			expect(readdirSync(folders.models).sort()).toEqual(files);
			for (const file of files)
				expect(readFileSync(join(folders.models, file)).subarray(0, 4).toString()).toBe('glTF');
		},
		RUN_TIMEOUT_MS + 2 * DELIVERY_TIMEOUT_MS,
	);
});

/** What a person does with the second workflow: chooses the table and the credential, and publishes it. */
async function publish(workflow: Workflow, tableId: string, credentials: object): Promise<void> {
	const { id, name, nodes, connections, settings } = workflow;
	const trigger = nodes.find((node) => node.name === TRIGGER)!;
	trigger.parameters.dataTableId = { __rl: true, mode: 'list', value: tableId };
	trigger.credentials = { ...trigger.credentials, ...credentials };
	await stage.client.saveWorkflow({ name, nodes, connections, settings });
	await stage.client.activate(id);
}
