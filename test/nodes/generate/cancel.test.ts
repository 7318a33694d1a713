/** Stop when told: whatever the node was doing, it ends within a second and leaves nothing running. */
import { sleep } from 'n8n-workflow';

import type { FaultOrder } from '../../../sandbox/faults';
import type { NodeResult } from '../../../harness/engine';
import { generate, PROMPT_OF_ITEM, promptItems } from '../../../harness/sandbox/generation';
import { usePack, type Account } from '../../../harness/sandbox/pack';
import type { UserSettings } from '../../../harness/sandbox/sandbox';

// A second is long for the node and short for a machine that has other work.
jest.retryTimes(2, { logErrorsBeforeRetry: true });

const pack = usePack();

interface Case {
	settings?: UserSettings;
	faults?: FaultOrder[];
	options?: { pollInterval?: number };
	/** Whether the node is doing what the case is about. */
	isThere(tally: Awaited<ReturnType<Account['tally']>>): boolean;
	charges: number;
}

const cases: Record<string, Case> = {
	'waits for the next status call': {
		settings: { speed: 0.1 },
		options: { pollInterval: 60 },
		isThere: ({ charges }) => charges === 1,
		charges: 1,
	},
	'has a status call open that hangs': {
		settings: { speed: 0.1 },
		faults: [{ on: 'status', kind: 'hang', ms: 20_000 }],
		isThere: ({ checks }) => checks === 1,
		charges: 1,
	},
	'waits after a failed status call': {
		settings: { speed: 0.1 },
		faults: [{ on: 'status', kind: 'status', status: 429, headers: { 'Retry-After': '60' } }],
		isThere: ({ checks }) => checks === 1,
		charges: 1,
	},
	'waits to submit again after a 429': {
		faults: [{ on: 'generate', kind: 'status', status: 429, headers: { 'Retry-After': '60' } }],
		isThere: ({ submits }) => submits === 1,
		charges: 0,
	},
	'has a submit open that the service has accepted': {
		faults: [{ on: 'generate', kind: 'hangAfter', ms: 20_000 }],
		isThere: ({ charges }) => charges === 1,
		charges: 1,
	},
	'downloads a model': {
		settings: { modelSizeBytes: 1_000_000 },
		faults: [{ on: 'model', kind: 'slow', ms: 20_000 }],
		isThere: ({ downloads }) => downloads === 1,
		charges: 1,
	},
	'waits after a failed download': {
		faults: [{ on: 'model', kind: 'status', status: 503, headers: { 'Retry-After': '60' } }],
		isThere: ({ downloads }) => downloads === 1,
		charges: 1,
	},
};

/** Runs until the node is there, cancels, and measures how long the execution takes to end. */
async function cancelWhenThere(
	account: Account,
	run: (signal: AbortSignal) => Promise<NodeResult>,
	isThere: Case['isThere'],
): Promise<{ result: NodeResult; tookMs: number }> {
	const controller = new AbortController();
	const running = run(controller.signal);
	while (!isThere(await account.tally())) await sleep(10);
	await sleep(50);
	const cancelledAt = Date.now();
	controller.abort();
	const result = await running;
	return { result, tookMs: Date.now() - cancelledAt };
}

async function expectQuiet(account: Account): Promise<void> {
	const before = await account.tally();
	await sleep(300);
	const { openRequests } = await account.ledger();
	expect(openRequests).toBe(0);
	expect(await account.tally()).toEqual(before);
}

describe.each(Object.entries(cases))(
	'a node that %s',
	(_what, { settings, faults, options, isThere, charges }) => {
		it('ends within a second and asks nothing more', async () => {
			const account = await pack.account(settings);
			if (faults) await account.faults(...faults);
			const { result, tookMs } = await cancelWhenThere(
				account,
				async (signal) => await generate(pack, account, { options }, { signal }),
				isThere,
			);
			expect(result.status).toBe('canceled');
			expect(tookMs).toBeLessThan(1_000);
			await expectQuiet(account);
			expect((await account.tally()).charges).toBe(charges);
		});
	},
);

describe('a batch that is cancelled', () => {
	const items = promptItems('a', 'b', 'c', 'd');
	const parameters = { prompt: PROMPT_OF_ITEM, options: { concurrency: 2, pollInterval: 60 } };

	it('submits none of the items that were waiting, and names the tasks that go on', async () => {
		const account = await pack.account({ speed: 0.1 });
		const { result, tookMs } = await cancelWhenThere(
			account,
			async (signal) => await generate(pack, account, parameters, { items, signal }),
			({ charges }) => charges === 2,
		);
		expect(result.status).toBe('canceled');
		expect(tookMs).toBeLessThan(1_000);
		await expectQuiet(account);
		const { charges, requests } = await account.ledger();
		expect(requests.filter(({ route }) => route === 'generate')).toHaveLength(2);
		const ids = charges.map(({ taskId }) => taskId);
		expect(ids).toContain(result.error!.context!.task_id);
		for (const id of ids) expect(result.error!.description).toContain(id);
	});
});

it('a node of which an item has failed waits for no other task', async () => {
	const account = await pack.account({ speed: 0.1 });
	await account.faults({ on: 'generate', kind: 'status', status: 400, after: 1 });
	const items = promptItems('a', 'b');
	const started = Date.now();
	const { error } = await generate(
		pack,
		account,
		{ prompt: PROMPT_OF_ITEM, options: { pollInterval: 60 } },
		{ items },
	);
	expect(Date.now() - started).toBeLessThan(1_000);
	expect(error).toMatchObject({ httpCode: '400' });
	const [{ taskId }] = (await account.ledger()).charges;
	expect(error!.description).toContain(`Also submitted and paid for: ${taskId}`);
});
