/** The engine harness polls as a real n8n does: what is emitted, and which state outlives a restart. */
import { createEngine, type Engine } from '../../harness/engine';
import { EverySecond, TokenApi } from '../../harness/engine/fixtures';

let engine: Engine;
let count = 0;

const poller = (options: Parameters<Engine['poller']>[1] = {}) =>
	engine.poller(EverySecond, { workflowId: `polled-${++count}`, ...options });

beforeAll(async () => {
	engine = await createEngine({ nodes: [EverySecond], credentialTypes: [TokenApi] });
});

afterAll(async () => await engine.close());

describe('poll', () => {
	it('keeps static data in memory between polls and saves it with an emit', async () => {
		const trigger = poller();
		expect(await trigger.poll()).toMatchObject({ items: null, staticData: { polls: 1 }, stored: {} });
		expect(await trigger.poll()).toMatchObject({
			items: [[{ json: { polls: 2 } }]],
			staticData: { polls: 2 },
			stored: { polls: 2 },
		});
	});

	it('loses in a restart what a poll without an emit changed', async () => {
		const trigger = poller();
		for (let poll = 0; poll < 3; poll++) await trigger.poll();
		trigger.restart();
		expect(await trigger.poll()).toMatchObject({ items: null, staticData: { polls: 3 } });
	});

	it('saves after the poll of an activation, emit or none', async () => {
		const trigger = poller();
		expect(await trigger.activate()).toMatchObject({ items: null, stored: { polls: 1 } });
		trigger.restart();
		expect((await trigger.poll()).items).toEqual([[{ json: { polls: 2, budget: 300_000 } }]]);
	});

	it('starts from given static data, and reports a failing poll', async () => {
		const trigger = poller({ staticData: { polls: 41 }, parameters: { path: '/throw' } });
		const result = await trigger.poll();
		expect(result).toMatchObject({ items: null, staticData: { polls: 42 }, stored: { polls: 41 } });
		expect(result.error?.message).toBe('poll failed');
		expect((await trigger.activate()).error?.message).toBe('poll failed');
	});

	it('grants the budget that is asked for, or is an n8n without one', async () => {
		const staticData = { polls: 1 };
		const short = await poller({ staticData, pollBudgetMs: 38_000 }).poll();
		expect(short.items?.[0][0].json.budget).toBe(38_000);
		const old = await poller({ staticData, pollBudgetMs: null }).poll();
		expect(old.items?.[0][0].json.budget).toBeNull();
	});

	it('saves the durable cursor after every poll that did not fail', async () => {
		const trigger = poller({ cursor: 'durable' });
		expect(await trigger.poll()).toMatchObject({ items: null, stored: { polls: 1 } });
		trigger.restart();
		expect(await trigger.poll()).toMatchObject({ items: [[{ json: { polls: 2 } }]], stored: { polls: 2 } });
		const failing = poller({ cursor: 'durable', parameters: { path: '/throw' } });
		expect(await failing.poll()).toMatchObject({ stored: {}, error: { message: 'poll failed' } });
	});

	it('fetches a test event in manual mode without saving state', async () => {
		const options = { staticData: { polls: 8 }, workflowId: 'manual' };
		expect((await engine.pollManually(EverySecond, options)).items).toMatchObject([[{ json: { polls: 9 } }]]);
		expect((await engine.pollManually(EverySecond, { workflowId: 'manual' })).items).toMatchObject([
			[{ json: { polls: 9 } }],
		]);
		const failed = await engine.pollManually(EverySecond, { parameters: { path: '/throw' } });
		expect(failed).toMatchObject({ items: null, error: { message: 'poll failed' } });
	});
});
