/** Many at once in a real n8n: 1,000 items in one run, and 50 runs at a time. Nothing is lost, mixed up or kept. */
import { join } from 'node:path';
import axios from 'axios';
import type { Item } from '../../harness/n8n/types';
import { say } from '../../harness/process/say';
import type { Ledger } from '../../harness/sandbox/sandbox';
import { addAccount } from '../../harness/e2e/account';
import { watchMemory } from '../../harness/e2e/residentMemory';
import { useStage } from '../../harness/e2e/stage';
import { chain, START, type Step } from '../../harness/e2e/workflow';

const ITEMS = 1_000;
const EXECUTIONS = 50;
const ITEMS_PER_EXECUTION = 3;
const MODEL_BYTES = 1_000_000;
/** Kept in memory, the models would take all of this share of their size, and more. */
const MAX_GROWN_SHARE = 0.2;
/** A run asks for a status ten times a second, so that 1,000 items take 100 s on any machine that keeps up. */
const RUN_TIMEOUT_MS = 400_000;
const GENERATE = 'Image3D Generate';
const COLLECTOR = join(__dirname, '..', '..', 'harness', 'e2e', 'collectGarbage.cjs');
/** Credits for everything here; jobs that end as soon as they begin. */
const INSTANT = { plan: 'pack', credits: 20_000, speed: 1e6, modelSizeBytes: MODEL_BYTES } as const;

jest.setTimeout(RUN_TIMEOUT_MS + 60_000);

// Left to itself, n8n's heap is collected only when hundreds of megabytes have been used.
const env = { NODE_OPTIONS: `--require ${JSON.stringify(COLLECTOR)}` };
const stage = useStage({ n8n: { env } });

const generate = (credentials: Step['credentials']): Step => ({
	name: GENERATE,
	type: 'n8n-nodes-image3d.image3dGenerate',
	parameters: {
		prompt: '={{ $json.prompt }}',
		quality: 'fast',
		options: { preview: 'off', pollInterval: 0.1 },
	},
	credentials,
});

/** Each prompt has an item in its place, with a task of its own that was made from that prompt and paid once. */
function expectInOrder(items: Array<Item['json']>, prompts: string[], { tasks }: Ledger): void {
	const promptOf = new Map(tasks.map(({ taskId, body }) => [taskId, body.prompt]));
	expect(items.map(({ task_id }) => promptOf.get(String(task_id)))).toEqual(prompts);
	expect(new Set(items.map(({ task_id }) => task_id)).size).toBe(prompts.length);
}

function expectPaidOnce({ charges, tasks, downloads }: Ledger, count: number): void {
	expect(charges).toHaveLength(count);
	expect(new Set(charges.map(({ taskId }) => taskId)).size).toBe(count);
	expect(tasks).toHaveLength(count);
	expect(downloads.filter(({ complete }) => complete)).toHaveLength(count);
}

it('takes 1,000 items through one Generate: all in order, each paid once, none kept in memory', async () => {
	const { client, n8n } = stage;
	const account = await addAccount(stage, INSTANT);
	const runItems = async (count: number) => {
		const jsCode = `return Array.from({ length: ${count} }, (_, index) => ({ json: { prompt: 'vase ' + index } }));`;
		const list = { name: 'Prompts', type: 'n8n-nodes-base.code', typeVersion: 2, parameters: { jsCode } };
		const workflow = chain(`${count} items`, [START, list, generate(account.credentials)]);
		const id = await client.run(await client.saveWorkflow(workflow), START.name);
		return await client.waitForExecution(id, RUN_TIMEOUT_MS);
	};
	// Whatever n8n loads at the first use is loaded before memory is looked at.
	await runItems(20);
	const before = await account.sandbox.ledger(account.uid);
	const memory = watchMemory(n8n.pid);
	const startedMs = Date.now();
	const execution = await runItems(ITEMS);
	memory.stop();
	expect(execution.data.resultData.error).toBeUndefined();
	const items = execution.data.resultData.runData[GENERATE][0].data!.main![0]!;
	const prompts = Array.from({ length: ITEMS }, (_, index) => `vase ${index}`);
	const ledger = await account.sandbox.ledger(account.uid);
	expectPaidOnce(ledger, before.charges.length + ITEMS);
	expectInOrder(
		items.map(({ json }) => json),
		prompts,
		ledger,
	);
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual(prompts.map((_, item) => ({ item })));
	const files = items.map(({ binary }) => binary!.data);
	expect(new Set(files.map(({ id }) => id)).size).toBe(ITEMS);
	expect(files.filter(({ bytes }) => bytes !== MODEL_BYTES)).toEqual([]);
	const [first, ...later] = memory.samples;
	const grown = Math.max(...later) - first;
	say(`  ${ITEMS} items took ${((Date.now() - startedMs) / 1000).toFixed(0)} s\n`);
	say(`  n8n's memory: ${describeMemory(memory.samples)}\n`);
	expect(grown).toBeLessThan(((ITEMS * MODEL_BYTES) / 1e6) * MAX_GROWN_SHARE);
});

/** Where it began and ended, and the most of each tenth of the time. */
function describeMemory(samples: number[]): string {
	if (samples.length === 0) return 'not known on this system';
	const length = Math.ceil(samples.length / 10);
	const tenths = Array.from({ length: 10 }, (_, index) =>
		samples.slice(index * length, (index + 1) * length),
	);
	const most = tenths.filter((tenth) => tenth.length > 0).map((tenth) => Math.max(...tenth).toFixed(0));
	return `${samples[0].toFixed(0)} MB before, at most ${most.join(', ')} MB in each tenth of the run`;
}

it('serves 50 executions at a time: each gets its own models, all with one sign-in', async () => {
	const { client, n8n } = stage;
	const account = await addAccount(stage, { ...INSTANT, modelSizeBytes: 0 });
	const webhook: Step = {
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		webhookId: '6f0a3c51-52a4-4d0c-8a3c-9d5b5b0f7e11',
		parameters: {
			httpMethod: 'POST',
			path: 'many',
			responseMode: 'lastNode',
			responseData: 'allEntries',
			options: {},
		},
	};
	const split: Step = {
		name: 'Split Out',
		type: 'n8n-nodes-base.splitOut',
		parameters: { fieldToSplitOut: 'body.prompts', options: { destinationFieldName: 'prompt' } },
	};
	const workflow = await client.saveWorkflow(chain('Many', [webhook, split, generate(account.credentials)]));
	await client.activate(workflow.id);
	const orders = Array.from({ length: EXECUTIONS }, (_, customer) =>
		Array.from({ length: ITEMS_PER_EXECUTION }, (_, index) => `vase ${index} of customer ${customer}`),
	);
	const startedMs = Date.now();
	const answers = await Promise.all(
		orders.map(async (prompts) => {
			const url = `http://127.0.0.1:${n8n.port}/webhook/many`;
			return (await axios.post<Array<Item['json']>>(url, { prompts }, { proxy: false })).data;
		}),
	);
	say(`  ${EXECUTIONS} executions took ${((Date.now() - startedMs) / 1000).toFixed(0)} s\n`);
	const ledger = await account.sandbox.ledger(account.uid);
	expectPaidOnce(ledger, EXECUTIONS * ITEMS_PER_EXECUTION);
	expectInOrder(answers.flat(), orders.flat(), ledger);
	expect(answers.map(({ length }) => length)).toEqual(orders.map(({ length }) => length));
	expect(ledger.refreshes).toBe(1);
});
