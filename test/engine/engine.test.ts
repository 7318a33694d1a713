/** The engine harness agrees with a real n8n: retries, context, errors, cancelling, binary data. */
import { sleep } from 'n8n-workflow';

import { createEngine, type Engine } from '../../harness/engine';
import {
	Fetch,
	Shout,
	startService,
	Stubborn,
	TokenApi,
	Versioned,
	Waiter,
	type Service,
} from '../../harness/engine/fixtures';

let engine: Engine;
let service: Service;
let tokenApi: string;

beforeAll(async () => {
	service = await startService();
	engine = await createEngine({ nodes: [Fetch, Stubborn, Waiter, Shout], credentialTypes: [TokenApi] });
});

afterAll(async () => {
	await engine.close();
	await service.close();
});

beforeEach(async () => {
	service.calls.length = 0;
	tokenApi = await engine.credentials.add('tokenApi', { url: service.url, refresh: 'first' });
	engine.credentials.updates.length = 0;
});

const threeItems = ['/a', '/broken', '/c'].map((path) => ({ json: { path } }));
const parameters = { path: '={{ $json.path }}' };

describe('runNode', () => {
	it('runs the node on every item with its own parameters and paired items', async () => {
		const items = ['/a', '/b', '/c'].map((path) => ({ json: { path } }));
		const result = await engine.runNode(Fetch, { parameters, items, credentials: { tokenApi } });
		expect(result.error).toBeUndefined();
		expect(result.items).toEqual(
			['/a', '/b', '/c'].map((path, item) => ({ json: { path, credits: 7 }, pairedItem: { item } })),
		);
	});

	it('stops at the failing item by default', async () => {
		const result = await engine.runNode(Fetch, { parameters, items: threeItems, credentials: { tokenApi } });
		expect(result).toMatchObject({ status: 'error', items: [] });
		expect(result.error).toMatchObject({ name: 'NodeApiError', httpCode: '500' });
		expect(service.calls.filter((call) => call.startsWith('GET'))).toHaveLength(2);
	});

	it('keeps a failing item among the others under continueRegularOutput', async () => {
		const onError = 'continueRegularOutput' as const;
		const result = await engine.runNode(Fetch, {
			parameters,
			items: threeItems,
			credentials: { tokenApi },
			onError,
		});
		expect(result.status).toBe('success');
		expect(result.items.map(({ json }) => Object.keys(json))).toEqual([
			['path', 'credits'],
			['error'],
			['path', 'credits'],
		]);
	});

	it('routes a failing item to the error output with its input merged in under continueErrorOutput', async () => {
		const onError = 'continueErrorOutput' as const;
		const result = await engine.runNode(Fetch, {
			parameters,
			items: threeItems,
			credentials: { tokenApi },
			onError,
		});
		expect(result.outputs.map((output) => output.length)).toEqual([2, 1]);
		expect(result.outputs[1][0].json).toEqual({ path: '/broken', error: expect.any(String) });
	});

	it('hands over only the first item with executeOnce, and none when there are none', async () => {
		const items = threeItems.filter(({ json }) => json.path !== '/broken');
		const once = await engine.runNode(Fetch, {
			parameters,
			items,
			credentials: { tokenApi },
			executeOnce: true,
		});
		expect(once.items).toHaveLength(1);
		const none = await engine.runNode(Fetch, { parameters, items: [], credentials: { tokenApi } });
		expect(none).toMatchObject({ status: 'success', outputs: [] });
	});

	it('fails when a required credential is missing', async () => {
		const result = await engine.runNode(Fetch, { parameters });
		expect(result.error?.message).toBe('Node does not have any credentials set');
	});
});

describe('node context', () => {
	it('survives Retry On Fail', async () => {
		const result = await engine.runNode(Stubborn, {
			parameters: { succeedAt: 3 },
			retryOnFail: true,
			maxTries: 3,
			waitBetweenTries: 1,
		});
		expect(result.items[0].json).toEqual({ attempts: 3 });
	});

	it('survives a Retry of the failed execution under a new id, and the retry of the retry', async () => {
		const failed = await engine.runNode(Stubborn, { parameters: { succeedAt: 3 } });
		expect(failed.error?.message).toBe('attempt 1 failed');
		const failedAgain = await engine.retryNode(failed);
		expect(failedAgain.error?.message).toBe('attempt 2 failed');
		const done = await engine.retryNode(failedAgain);
		expect(done).toMatchObject({ status: 'success', items: [{ json: { attempts: 3 } }] });
		expect(new Set([failed, failedAgain, done].map(({ executionId }) => executionId)).size).toBe(3);
	});

	it('is empty in a new execution, and a success cannot be retried', async () => {
		const first = await engine.runNode(Stubborn, { parameters: { succeedAt: 1 } });
		const second = await engine.runNode(Stubborn, { parameters: { succeedAt: 1 } });
		expect(second.items[0].json).toEqual({ attempts: 1 });
		await expect(engine.retryNode(first)).rejects.toThrow('cannot be retried');
	});

	it('collects hints, and messages to the editor in manual mode only', async () => {
		const manual = await engine.runNode(Stubborn, { parameters: { succeedAt: 1 } });
		expect(manual.hints.map(({ message }) => message)).toEqual(['tried 1']);
		expect(manual.uiMessages).toEqual([
			{ type: 'sendConsoleMessage', data: { source: '[Node: "Node"]', messages: ['attempt 1'] } },
		]);
		const production = await engine.runNode(Stubborn, { parameters: { succeedAt: 1 }, mode: 'trigger' });
		expect(production).toMatchObject({ status: 'success', uiMessages: [] });
	});
});

describe('cancelling', () => {
	it('ends a waiting node through its cancel signal', async () => {
		const stopped = Waiter.stopped;
		const controller = new AbortController();
		const running = engine.runNode(Waiter, { signal: controller.signal });
		await sleep(30);
		controller.abort();
		const { error, status } = await running;
		expect({ status, error: error?.message }).toEqual({
			status: 'canceled',
			error: 'The execution was cancelled manually',
		});
		expect(Waiter.stopped).toBe(stopped + 1);
	});

	it('aborts a request that is under way', async () => {
		const controller = new AbortController();
		const running = engine.runNode(Fetch, {
			parameters: { path: '/slow' },
			credentials: { tokenApi },
			signal: controller.signal,
		});
		while (!service.calls.some((call) => call.startsWith('GET /slow'))) await sleep(5);
		controller.abort();
		expect((await running).status).toBe('canceled');
	});
});

describe('workflows', () => {
	const chain = (...names: string[]) =>
		Object.fromEntries(
			names
				.slice(1)
				.map((node, index) => [names[index], { main: [[{ node, type: 'main' as const, index: 0 }]] }]),
		);

	it('runs a chain, uses pinned data instead of a node, and stops at an error', async () => {
		const result = await engine.run({
			nodes: [
				{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
				{ name: 'Pinned', type: Fetch },
				{
					name: 'Stop',
					type: 'n8n-nodes-base.stopAndError',
					parameters: { errorMessage: '=stopped by {{ $json.by }}' },
				},
			],
			connections: chain('Start', 'Pinned', 'Stop'),
			pinData: { Pinned: [{ json: { by: 'pinned data' } }] },
		});
		expect(result.items('Pinned')).toEqual([{ json: { by: 'pinned data' }, pairedItem: { item: 0 } }]);
		expect(result.error()?.message).toBe('stopped by pinned data');
		expect(result.error('Stop')?.message).toBe('stopped by pinned data');
		expect(service.calls).toEqual([]);
	});

	it('refuses to start with an empty required parameter', async () => {
		const result = await engine.runNode(Fetch, { credentials: { tokenApi }, parameters: { path: '' } });
		expect(result).toMatchObject({ status: 'error', outputs: [] });
		expect(result.error?.message).toBe(`The 'Node' node has issues:\n- Parameter "Path" is required.`);
		expect(service.calls).toEqual([]);
	});

	it('runs the version of a node that is asked for, the current one by default', async () => {
		const input = { items: [{ json: {} }] };
		expect((await engine.runNode(Versioned, input)).items[0].json).toEqual({ version: 2 });
		expect((await engine.runNode(Versioned, { ...input, typeVersion: 1 })).items[0].json).toEqual({
			version: 1,
		});
	});

	it('rejects an unknown node type', async () => {
		await expect(engine.runNode('n8n-nodes-base.set')).rejects.toThrow('Unrecognized node type');
	});
});

describe.each(['filesystem', 'memory'] as const)('binary data in %s', (binaryMode) => {
	beforeAll(async () => {
		await engine.close();
		engine = await createEngine({
			nodes: [Fetch, Stubborn, Waiter, Shout],
			credentialTypes: [TokenApi],
			binaryMode,
		});
	});

	it('reaches a node and comes back', async () => {
		const data = await engine.binary(Buffer.from('hello'), { mimeType: 'text/plain', fileName: 'a.txt' });
		expect(data.id !== undefined).toBe(binaryMode === 'filesystem');
		const result = await engine.runNode(Shout, { items: [{ json: {}, binary: { data } }] });
		const output = result.items[0].binary?.data;
		expect(output).toMatchObject({ fileName: 'loud.txt', mimeType: 'text/plain', fileSize: '5 B' });
		expect((await engine.readBinary(output!)).toString()).toBe('HELLO');
	});
});
