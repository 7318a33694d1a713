/** An expression may be costly, or give something else each time: n8n is asked for the parameter of an item once. */
import { ExecuteContext, PollContext } from 'n8n-core';
import { inAcceleratedTime, useAcceleratedClock } from '../../harness/sandbox/acceleratedClock';
import { startDataTables } from '../../harness/sandbox/dataTables';
import { PROMPT_OF_ITEM, parametersFor, promptItems } from '../../harness/sandbox/generation';
import {
	Image3dBalance,
	Image3dCheckout,
	Image3dGenerate,
	Image3dStatus,
	Image3dTrigger,
	openPack,
	type Pack,
} from '../../harness/sandbox/pack';

useAcceleratedClock();

let pack: Pack;

beforeAll(async () => {
	pack = await openPack();
});

afterEach(() => jest.restoreAllMocks());
afterAll(async () => await pack.close());

/** Runs the node as n8n does, and counts what it asks for: `parameter[item]`, as often as it was asked. */
async function countReads<T>(
	run: () => Promise<{ error?: unknown; items: T }>,
	context: { prototype: object } = ExecuteContext,
) {
	const reads = new Map<string, number>();
	const spy = jest.spyOn(context.prototype as never, '_getNodeParameter') as jest.SpyInstance;
	const { error, items } = await run();
	for (const [name, index] of spy.mock.calls) {
		const key = `${name}[${index}]`;
		reads.set(key, (reads.get(key) ?? 0) + 1);
	}
	expect(error).toBeUndefined();
	return { items, names: [...reads.keys()], repeated: [...reads].filter(([, times]) => times > 1) };
}

it('by Image3D Generate', async () => {
	const { credentials } = await pack.account();
	const parameters = parametersFor({ prompt: PROMPT_OF_ITEM, quality: '={{ "fast" }}' });
	const items = promptItems('a vase', 'a chair');
	const read = await countReads(
		async () => await pack.engine.runNode(Image3dGenerate, { credentials, parameters, items }),
	);
	expect(read.items).toHaveLength(2);
	expect(read.names).toEqual(expect.arrayContaining(['prompt[0]', 'prompt[1]', 'quality[1]', 'options[0]']));
	expect(read.repeated).toEqual([]);
});

it('by Image3D Status', async () => {
	const account = await pack.account();
	const items = await Promise.all([0, 1].map(async () => ({ json: { task_id: await account.addTask() } })));
	const parameters = { options: { preview: 'off', fileName: '={{ $json.task_id }}' } };
	const { credentials } = account;
	const read = await countReads(
		async () => await pack.engine.runNode(Image3dStatus, { credentials, parameters, items }),
	);
	expect(read.items).toHaveLength(2);
	expect(read.names).toEqual(expect.arrayContaining(['taskId[0]', 'taskId[1]', 'options[1]']));
	expect(read.repeated).toEqual([]);
});

it.each([
	['Balance', Image3dBalance, { options: { minimumBalance: 1 } }, 'options[1]'],
	['Checkout', Image3dCheckout, { priceId: 'price_starter', generations: 3 }, 'priceId[1]'],
])('by Image3D %s', async (_name, node, parameters, one) => {
	const { credentials } = await pack.account();
	const items = [{ json: {} }, { json: {} }];
	const read = await countReads(
		async () => await pack.engine.runNode(node, { credentials, parameters, items }),
	);
	expect(read.items).toHaveLength(2);
	expect(read.names).toContain(one);
	expect(read.repeated).toEqual([]);
});

it('by Image3D Trigger, however often it reads a table in a poll', async () => {
	const account = await pack.account({ speed: 1 });
	const tables = await startDataTables();
	const table = await tables.addTable('Queue', { task_id: 'string' });
	const task_id = await account.addTask({ state: 'running', endsInSeconds: 600 });
	await tables.addRows(table, [{ task_id }]);
	const key = { instanceUrl: tables.url, apiKey: tables.apiKey };
	const trigger = pack.engine.poller(Image3dTrigger, {
		credentials: {
			...account.credentials,
			image3dN8nApi: await pack.engine.credentials.add('image3dN8nApi', key),
		},
		parameters: { taskSource: 'dataTable', dataTableId: { __rl: true, mode: 'id', value: table } },
		pollBudgetMs: 45_000,
		workflowId: 'reads-once',
	});
	const poll = async () => await inAcceleratedTime(20, Math.random, async () => await trigger.poll());
	const read = await countReads(poll, PollContext);
	await tables.close();
	expect(read.names).toEqual(expect.arrayContaining(['taskSource[0]', 'dataTableId[0]', 'options[0]']));
	expect(read.repeated).toEqual([]);
});
