/** Several items: their order, the one that fails among them, how many run at a time. */
import { generate, itemsOf, PROMPT_OF_ITEM, promptItems } from '../../../harness/sandbox/generation';
import { type Account, usePack } from '../../../harness/sandbox/pack';

const pack = usePack();

describe('a batch', () => {
	it('comes out in the order of the input when its jobs end in another, each item paired', async () => {
		const account = await pack.account();
		const qualities = ['ultra', 'fast', 'pro', 'standard'];
		const items = itemsOf(...qualities.map((quality) => ({ quality })));
		const parameters = { quality: '={{ $json.quality }}' };
		const { items: output } = await generate(pack, account, parameters, { items });
		expect(output.map(({ json }) => json.quality)).toEqual(qualities);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2, 3].map((item) => ({ item })));
		const { tasks } = await account.ledger();
		expect(tasks.toSorted((a, b) => a.endsAt - b.endsAt).at(-1)!.quality).toBe('ultra');
		const names = output.map(({ binary }) => binary!.data.fileName);
		expect(names).toEqual(['a vase.glb', 'a vase-2.glb', 'a vase-3.glb', 'a vase-4.glb']);
	});

	it.each([
		['one at a time', 1],
		['two at a time', 2],
	])('has %s in flight when concurrency says so', async (_words, concurrency) => {
		const account = await pack.account({ speed: 50 });
		const items = promptItems('a', 'b', 'c', 'd');
		const parameters = { prompt: PROMPT_OF_ITEM, options: { concurrency } };
		const { items: output } = await generate(pack, account, parameters, { items });
		expect(output).toHaveLength(4);
		expect(await mostInFlight(account)).toBe(concurrency);
	});

	it('has five in flight unless told, and gives a place that comes free to the next', async () => {
		const account = await pack.account({ speed: 50 });
		const items = itemsOf(...['ultra', 'fast', 'fast', 'fast', 'fast', 'fast', 'fast'].map((q) => ({ q })));
		const { items: output } = await generate(pack, account, { quality: '={{ $json.q }}' }, { items });
		expect(output).toHaveLength(7);
		expect(await mostInFlight(account)).toBe(5);
		const { tasks, requests } = await account.ledger();
		expect(requests.filter(({ status }) => status === 429)).toEqual([]);
		const [ultra] = tasks.filter(({ quality }) => quality === 'ultra');
		expect(tasks.filter(({ createdAt }) => createdAt < ultra.endsAt)).toHaveLength(7);
	});

	it('delivers all of a batch that is larger than what the service runs at a time', async () => {
		const account = await pack.account({ speed: 20 });
		const items = promptItems(...'abcdefgh');
		const parameters = { prompt: PROMPT_OF_ITEM, options: { concurrency: 8 } };
		const { items: output } = await generate(pack, account, parameters, { items });
		const { charges, tasks, requests } = await account.ledger();
		expect(requests.some(({ status }) => status === 429)).toBe(true);
		expect(charges).toHaveLength(8);
		const promptOf = new Map(tasks.map(({ taskId, body }) => [taskId, body.prompt]));
		expect(output.map(({ json }) => promptOf.get(json.task_id as string))).toEqual([...'abcdefgh']);
	});

	it('submits nothing for no items', async () => {
		const account = await pack.account();
		const { status, items } = await generate(pack, account, {}, { items: [] });
		expect({ status, items }).toEqual({ status: 'success', items: [] });
		expect((await account.tally()).submits).toBe(0);
	});
});

describe('three items of which the second fails', () => {
	const items = promptItems('a', 'b', 'c');
	const parameters = { prompt: PROMPT_OF_ITEM, options: { concurrency: 1 } };
	const failSecond = { on: 'generate', kind: 'failJob', after: 1, reason: 'too many legs' } as const;

	it('stop the node, which names the failed task and the one that was paid for', async () => {
		const account = await pack.account();
		await account.faults(failSecond);
		const { error, items: output } = await generate(pack, account, parameters, { items });
		const { charges } = await account.ledger();
		expect(output).toEqual([]);
		expect(charges).toHaveLength(2);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: 'Image3D could not make this model: too many legs (item 2)',
			description: expect.stringContaining(`Also submitted and paid for: ${charges[0].taskId}.`),
			context: { itemIndex: 1, task_id: charges[1].taskId },
		});
	});

	it('stay three under continueRegularOutput', async () => {
		const account = await pack.account();
		await account.faults(failSecond);
		const onError = 'continueRegularOutput' as const;
		const result = await generate(pack, account, parameters, { items, onError });
		const { charges } = await account.ledger();
		expect(result.items.map(({ json }) => json.task_id)).toEqual(charges.map(({ taskId }) => taskId));
		expect(result.items.map(({ json }) => json.status)).toEqual(['success', undefined, 'success']);
		expect(result.items[1]).toEqual({
			json: {
				error: 'Image3D could not make this model: too many legs',
				hint: expect.stringContaining('Image3D Balance'),
				task_id: charges[1].taskId,
			},
			pairedItem: { item: 1 },
		});
	});

	it('go two ways under continueErrorOutput, the failed one with its task id', async () => {
		const account = await pack.account();
		await account.faults(failSecond);
		const onError = 'continueErrorOutput' as const;
		const { outputs } = await generate(pack, account, parameters, { items, onError });
		const { charges } = await account.ledger();
		expect(outputs).toHaveLength(2);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
		expect(outputs[1]).toHaveLength(1);
		expect(outputs[1][0].json).toMatchObject({
			error: 'Image3D could not make this model: too many legs',
			task_id: charges[1].taskId,
		});
	});

	it('go two ways when the second is bad input, and only two are paid', async () => {
		const account = await pack.account();
		const onError = 'continueErrorOutput' as const;
		const { outputs } = await generate(pack, account, parameters, {
			items: promptItems('a', '', 'c'),
			onError,
		});
		expect(outputs.map((output) => output.length)).toEqual([2, 1]);
		expect(outputs[1][0].json.error).toBe('"Prompt" is empty');
		expect((await account.tally()).charges).toBe(2);
	});

	it.each([
		['a sentence', { prompt: '={{ $json.prompt ?? $("Gone").item.json.prompt }}' }],
		[
			'a picture',
			{ mode: 'image', imageSource: 'url', imageUrl: '={{ $json.prompt ?? $("Gone").item.json.url }}' },
		],
	])('keep an expression that names a step which is gone to its item, for %s', async (_what, broken) => {
		const account = await pack.account();
		const input = itemsOf({ prompt: null });
		const { items } = await generate(pack, account, broken, {
			items: input,
			onError: 'continueRegularOutput',
		});
		expect(items).toMatchObject([{ json: { error: "Referenced node doesn't exist" } }]);
		const { error } = await generate(pack, account, broken, { items: input });
		expect(error?.message).toBe("Referenced node doesn't exist");
		expect((await account.tally()).submits).toBe(0);
	});

	it('keep a broken expression to its item', async () => {
		const account = await pack.account();
		const onError = 'continueRegularOutput' as const;
		const broken = { prompt: '={{ $json.prompt.trim() }}' };
		const input = itemsOf({ prompt: 'a' }, { prompt: null }, { prompt: 'c' });
		const result = await generate(pack, account, broken, { items: input, onError });
		expect(result.items.map(({ json }) => 'error' in json)).toEqual([false, true, false]);
		expect((await account.tally()).charges).toBe(2);
	});
});

/** The most tasks that had been accepted and had not ended at any moment, as the service saw it. */
async function mostInFlight(account: Account): Promise<number> {
	const { tasks } = await account.ledger();
	return Math.max(
		...tasks.map(
			({ createdAt }) =>
				tasks.filter((other) => other.createdAt <= createdAt && createdAt < other.endsAt).length,
		),
	);
}
