/** An expression may be costly, or give something else each time: n8n is asked for the parameter of an item once. */
import { ExecuteContext } from 'n8n-core';
import { useAcceleratedClock } from '../../harness/sandbox/acceleratedClock';
import { PROMPT_OF_ITEM, parametersFor, promptItems } from '../../harness/sandbox/generation';
import {
	Image3dBalance,
	Image3dCheckout,
	Image3dGenerate,
	Image3dStatus,
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
async function countReads(run: () => Promise<{ error?: unknown; items: unknown[] }>) {
	const reads = new Map<string, number>();
	const spy = jest.spyOn(ExecuteContext.prototype as never, '_getNodeParameter') as jest.SpyInstance;
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
