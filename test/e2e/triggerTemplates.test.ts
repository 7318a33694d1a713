/** The two workflows of the model queue in a real n8n: sentences in, a Data Table between, models in a folder. */
import { mkdirSync, readFileSync, readdirSync, rmSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Workflow } from '../../harness/n8n/types';
import { STEPS } from '../../harness/start/results';
import { importTemplates, readTemplates } from '../../harness/start/templates';
import { addAccount } from '../../harness/e2e/account';
import { addN8nCredential, findDataTable } from '../../harness/e2e/dataTable';
import { TRIGGER } from '../../harness/e2e/deliveries';
import { HOSTILE_SENTENCES } from '../../harness/e2e/hostileNames';
import { OPEN_TIMEOUT_MS, openStage, ROOT, type TestStage } from '../../harness/e2e/stage';
import { completeTemplate } from '../../harness/e2e/template';

const RUN_TIMEOUT_MS = 180_000;
/** Several of the trigger's polls, one of which may just have begun. */
const DELIVERY_TIMEOUT_MS = 300_000;

const STATE_IS_WAITING = { keyName: 'state', condition: 'eq', keyValue: 'waiting' };

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
		'save a model per sentence, whatever it says, and note why what did not work did not',
		async () => {
			const { client, folders } = stage;
			const account = await addAccount(stage);
			const { sandbox, uid } = account;
			const key = await addN8nCredential(stage, 'This n8n');

			// Part 1 of the walk, with one that is not accepted and one that cannot be made.
			const sentences = ['', 'no such thing', ...HOSTILE_SENTENCES];
			const submit = await completeTemplate(stage, workflows.get('queue-1-submit.json')!, {
				credentials: [account.credential],
				fields: { 'Start a 3D model': { options: { concurrency: 1 } } },
				ideas: sentences,
			});
			await sandbox.addFaults(uid, { on: 'generate', kind: 'failJob', reason: 'There is none' });
			const id = await client.run(submit, STEPS.trigger);
			const submitted = await client.waitForExecution(id, RUN_TIMEOUT_MS);
			expect(submitted.data.resultData.error).toBeUndefined();
			const table = await findDataTable(key, 'Image3D queue');
			const rowOf = async (prompt: string) => (await table.rows()).find((row) => row.prompt === prompt)!;
			expect((await table.rows()).map(({ prompt }) => prompt)).toEqual(sentences);
			expect(await rowOf('')).toMatchObject({
				state: 'failed',
				reason: expect.stringMatching(/"Prompt" is empty.*Nothing was charged/),
			});
			const { tasks, charges } = await sandbox.ledger(uid);
			expect(charges).toHaveLength(sentences.length - 1);
			const [refused, ...waiting] = await table.rows();
			expect(refused.task_id).toBe('');
			expect(waiting.map(({ state }) => state)).toEqual(waiting.map(() => 'waiting'));
			expect(waiting.map(({ task_id }) => task_id)).toEqual(tasks.map(({ taskId }) => taskId));

			// Part 2, with one model that cannot be saved: a folder has its name.
			const bolt = await rowOf('a 1/2 inch bolt');
			const boltFile = `a 1-2 inch bolt-${String(bolt.task_id).slice(-8)}.glb`;
			mkdirSync(join(folders.models, boltFile));
			const completion = {
				credentials: [account.credential, { ...key.credentials.image3dN8nApi, type: 'image3dN8nApi' }],
				fields: { [TRIGGER]: { dataTableId: { __rl: true, mode: 'list', value: table.id } } },
			};
			const imported = workflows.get('queue-2-deliver.json')!;
			const deliver = await completeTemplate(stage, imported, completion);
			await client.activate(deliver.id);
			const untilNoneWaits = async () => {
				const isWaiting = async () => (await table.rows()).some(({ state }) => state === 'waiting');
				for (const deadline = Date.now() + DELIVERY_TIMEOUT_MS; await isWaiting(); await sleep(1_000)) {
					if (Date.now() > deadline) throw new Error('Rows are still waiting');
				}
			};
			await untilNoneWaits();
			expect(await rowOf('no such thing')).toMatchObject({
				state: 'failed',
				reason: expect.stringContaining('There is none'),
			});
			expect(await rowOf('a 1/2 inch bolt')).toMatchObject({
				state: 'failed',
				reason: expect.stringMatching(/directory.*paid for/),
			});
			const delivered = (await table.rows()).filter(({ state }) => state === 'delivered');
			expect(delivered).toHaveLength(HOSTILE_SENTENCES.length - 1);
			expect(readModels()).toEqual(delivered.map(({ file }) => file).sort());

			// What was set to waiting again, and what a delivery that was cut off has left, is checked once more.
			await client.deactivate(deliver.id);
			rmdirSync(join(folders.models, boltFile));
			await table.change(bolt.id, { state: 'waiting' });
			const [left] = delivered;
			rmSync(join(folders.models, String(left.file)));
			await table.change(left.id, { state: 'waiting', file: '' });
			const lost = await rowOf('no such thing');
			await table.change(lost.id, { state: 'waiting', reason: '' });
			const aDayLater = { 'Left behind': { filters: { conditions: [STATE_IS_WAITING] } } };
			const fields = { ...completion.fields, ...aDayLater };
			const late = await completeTemplate(stage, imported, { ...completion, fields });
			const again = await client.run(late, 'Every hour');
			expect((await client.waitForExecution(again, RUN_TIMEOUT_MS)).status).toBe('success');
			expect((await table.rows()).filter(({ state }) => state === 'waiting')).toEqual([]);
			expect(await rowOf('no such thing')).toMatchObject({
				state: 'failed',
				reason: expect.stringContaining('There is none'),
			});
			expect(readModels()).toHaveLength(HOSTILE_SENTENCES.length);
			expect((await sandbox.ledger(uid)).charges).toHaveLength(charges.length);
		},
		RUN_TIMEOUT_MS + 3 * DELIVERY_TIMEOUT_MS,
	);
});

/** The files in the folder, each a whole model. */
function readModels(): string[] {
	const folder = stage.folders.models;
	const names = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile());
	for (const name of names) expect(readFileSync(join(folder, name)).subarray(0, 4).toString()).toBe('glTF');
	return names.sort();
}
