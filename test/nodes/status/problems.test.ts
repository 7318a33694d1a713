/** What can be wrong with a task or its id, and with one item among several. */
import { useShortWaits } from '../../../harness/sandbox/dice';
import { deepText } from '../../../harness/sandbox/deepText';
import type { RunNodeOptions } from '../../../harness/engine';
import { itemsOf } from '../../../harness/sandbox/generation';
import { Image3dStatus, usePack, type Account } from '../../../harness/sandbox/pack';

const pack = usePack();
useShortWaits();

async function status({ credentials }: Account, ids: unknown[], more: Partial<RunNodeOptions> = {}) {
	const items = itemsOf(...ids.map((task_id) => ({ task_id: task_id as string })));
	const parameters = { options: { preview: 'off', timeout: 2 } };
	return await pack.engine.runNode(Image3dStatus, { credentials, parameters, items, ...more });
}

describe('a task id', () => {
	it.each([
		['empty', ''],
		['of blanks', '  '],
		['missing', undefined],
		['null', null],
		['an object', { id: 1 }],
	])('that is %s is refused before the service is asked', async (_what, taskId) => {
		const account = await pack.account();
		const { error } = await status(account, [taskId]);
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: '"Task ID" is empty',
			description: expect.stringContaining('{{ $json.task_id }}'),
			context: { itemIndex: 0 },
		});
		expect((await account.tally()).checks).toBe(0);
	});

	it.each([
		['a link', 'https://image3d.io/api/status/abc'],
		['a way out of the path', '../balance'],
		['an expression gone wrong', '{{ $json.id }}'],
		['a sentence', 'the red chair'],
		['endless', 'a'.repeat(201)],
	])('that is %s is refused before the service is asked', async (_what, taskId) => {
		const account = await pack.account();
		const { error } = await status(account, [taskId]);
		expect(error!.message).toBe('"Task ID" is not a task ID');
		expect(await account.ledger()).toMatchObject({ requests: [], refreshes: 0 });
	});

	it('whose expression names a step that is gone fails its item alone, in the words of n8n', async () => {
		const account = await pack.account();
		const [first, third] = [await account.addTask(), await account.addTask()];
		const taskId = '={{ $json.task_id === "gone" ? $("Gone").item.json.task_id : $json.task_id }}';
		const { items } = await status(account, [first, 'gone', third], {
			parameters: { taskId, options: { preview: 'off', timeout: 2 } },
			onError: 'continueRegularOutput',
		});
		expect(items).toMatchObject([
			{ json: { task_id: first, status: 'success' } },
			{ json: { error: "Referenced node doesn't exist" }, pairedItem: { item: 1 } },
			{ json: { task_id: third, status: 'success' } },
		]);
	});

	it('that is a token is refused, and not repeated in the error', async () => {
		const account = await pack.account();
		const { idToken } = account.user;
		const result = await status(account, [idToken]);
		expect(result.error!.message).toBe('"Task ID" is not a task ID');
		expect(deepText(result.error)).not.toContain(idToken);
		expect((await account.ledger()).requests).toEqual([]);
	});

	it('that Image3D Generate has put out a moment ago is asked about once more', async () => {
		const account = await pack.account();
		const task_id = await account.addTask();
		const items = [{ json: { task_id, status: 'queued', mode: 'text', quality: 'fast' } }];
		await account.faults({ on: 'status', kind: 'status', status: 404 });
		const parameters = { options: { preview: 'off', timeout: 20 } };
		const result = await status(account, [], { items, parameters });
		expect(result.items[0].json).toMatchObject({ status: 'success', status_checks: 2 });
	});

	it('that nobody knows is a 404 with a remedy, asked once', async () => {
		const account = await pack.account();
		const { error } = await status(account, ['no-such-task']);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '404',
			message: 'Image3D does not know task no-such-task',
			description: expect.stringContaining('Check the task ID'),
		});
		expect((await account.tally()).checks).toBe(1);
	});

	it('with blanks around it is taken all the same', async () => {
		const account = await pack.account();
		const id = await account.addTask();
		expect((await status(account, [` ${id}\n`])).items[0].json.task_id).toBe(id);
	});
});

describe('a task that failed', () => {
	it.each(['error', 'message', 'detail'] as const)('fails with the reason under "%s"', async (field) => {
		const account = await pack.account();
		const id = await account.addTask({ state: 'failed', field, reason: 'Too dark' });
		const { error } = await status(account, [id]);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: 'Image3D could not make this model: Too dark',
			context: { task_id: id, itemIndex: 0 },
		});
	});

	it('fails after the wait, too', async () => {
		const account = await pack.account();
		const id = await account.addTask({
			state: 'running',
			endsInSeconds: 0.3,
			outcome: 'failed',
			reason: 'No',
		});
		const parameters = { waitForCompletion: true, options: { pollInterval: 0.1 } };
		const { error } = await status(account, [id], { parameters });
		expect(error!.message).toBe('Image3D could not make this model: No');
	});
});

describe('a call that goes wrong', () => {
	it.each([
		['500', { kind: 'status', status: 500 }],
		['429', { kind: 'status', status: 429, headers: { 'Retry-After': '0' } }],
		['a web page', { kind: 'html' }],
		['malformed JSON', { kind: 'malformedJson' }],
		['a reset', { kind: 'resetBefore' }],
		['a problem with HTTP 200', { kind: 'status', status: 200, body: { success: false } }],
	] as const)('%s: is made again', async (_what, fault) => {
		const account = await pack.account();
		const id = await account.addTask();
		await account.faults({ on: 'status', times: 2, ...fault });
		const { items } = await status(account, [id]);
		expect(items[0].json).toMatchObject({ status: 'success', status_checks: 3 });
	});

	it.each([
		['500', { kind: 'status', status: 500 }, '500', 'internal error (HTTP 500)'],
		['a web page', { kind: 'html' }, '200', 'a web page where JSON was expected'],
		[
			'a problem with HTTP 200',
			{ kind: 'status', status: 200, body: { error: 'Region moved' } },
			null,
			'is: Region moved',
		],
	] as const)('%s: is given up in the end, with the task id', async (_what, fault, httpCode, message) => {
		const account = await pack.account();
		const id = await account.addTask();
		await account.faults({ on: 'status', times: -1, ...fault });
		const { error } = await status(account, [id]);
		expect(error).toMatchObject({
			httpCode,
			message: expect.stringContaining(message),
			context: { task_id: id },
		});
		expect((await account.tally()).checks).toBe(6);
	});

	it('a sign-in that was revoked asks to sign in again', async () => {
		const account = await pack.account();
		await account.change({ revoke: true });
		const { error } = await status(account, ['some-task']);
		expect(error).toMatchObject({ httpCode: '401', failure: { cause: 'credential-invalid' } });
	});

	it('a model that breaks off is fetched again, and given up after four tries', async () => {
		const account = await pack.account();
		const id = await account.addTask();
		await account.faults({ on: 'model', kind: 'truncate', times: 3 });
		expect((await status(account, [id])).items[0].binary!.data.bytes).toBeGreaterThan(0);
		await account.faults({ on: 'model', kind: 'truncate', times: -1 });
		const { error } = await status(account, [id]);
		expect(error).toMatchObject({ context: { task_id: id, model_url: expect.stringContaining(id) } });
		expect((await account.tally()).downloads).toBe(8);
	});
});

describe('ten tasks', () => {
	it('come out in the order of the input, each paired, with one call each', async () => {
		const account = await pack.account();
		const ids: string[] = [];
		for (let n = 0; n < 10; n++) ids.push(await account.addTask({ prompt: `task ${n}` }));
		const { items } = await status(account, ids);
		expect(items.map(({ json }) => json.task_id)).toEqual(ids);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(ids.map((_id, item) => ({ item })));
		expect(items.map(({ binary }) => binary!.data.fileName)).toEqual(ids.map((id) => `${id}.glb`));
		expect(await account.tally()).toMatchObject({ charges: 0, checks: 10, downloads: 10 });
	});
});

describe('three items of which the second fails', () => {
	async function three(account: Account): Promise<string[]> {
		return [await account.addTask(), 'no-such-task', await account.addTask()];
	}

	it('stop the node', async () => {
		const account = await pack.account();
		const { error, items } = await status(account, await three(account));
		expect(items).toEqual([]);
		expect(error).toMatchObject({ httpCode: '404', context: { itemIndex: 1 } });
	});

	it('stay three under continueRegularOutput', async () => {
		const account = await pack.account();
		const ids = await three(account);
		const { items } = await status(account, ids, { onError: 'continueRegularOutput' });
		expect(items.map(({ json }) => json.task_id)).toEqual(ids);
		expect(items[1]).toEqual({
			json: {
				error: 'Image3D does not know task no-such-task',
				hint: expect.any(String),
				task_id: 'no-such-task',
				http_code: '404',
			},
			pairedItem: { item: 1 },
		});
	});

	it('go two ways under continueErrorOutput, the failed one with its task id', async () => {
		const account = await pack.account();
		const { outputs } = await status(account, await three(account), { onError: 'continueErrorOutput' });
		expect(outputs.map((output) => output.map(({ pairedItem }) => pairedItem))).toEqual([
			[{ item: 0 }, { item: 2 }],
			[{ item: 1 }],
		]);
		expect(outputs[1][0].json).toMatchObject({ task_id: 'no-such-task', http_code: '404' });
	});
});
