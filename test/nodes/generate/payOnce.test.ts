/** Never pay twice: whatever fails after the submit, a retry finds the task again; what was delivered is bought anew. */
import { useShortWaits } from '../../../harness/sandbox/dice';
import type { RunNodeOptions } from '../../../harness/engine';
import {
	generate,
	parametersFor,
	PROMPT_OF_ITEM,
	promptItems,
	itemsOf,
	runLoopOfTwo,
} from '../../../harness/sandbox/generation';
import { Image3dGenerate, usePack, type Account } from '../../../harness/sandbox/pack';

const pack = usePack();
useShortWaits();

const RETRY: Pick<RunNodeOptions, 'retryOnFail' | 'maxTries' | 'waitBetweenTries'> = {
	retryOnFail: true,
	maxTries: 2,
	waitBetweenTries: 1,
};

/** Failures after the submit: one run of the node meets enough of them to fail, and the next run meets none. */
const failures: Array<[string, (account: Account) => Promise<void>]> = [
	[
		'the status is dead',
		async (account) => await account.faults({ on: 'status', kind: 'status', status: 500, times: 6 }),
	],
	[
		'the status says nonsense',
		async (account) => await account.faults({ on: 'status', kind: 'html', times: 6 }),
	],
	[
		'the download is dead',
		async (account) => await account.faults({ on: 'model', kind: 'status', status: 500, times: 4 }),
	],
	[
		'the sign-in was refused',
		async (account) => await account.faults({ on: 'status', kind: 'status', status: 403, times: 2 }),
	],
];

describe.each(failures)('when %s', (_what, fail) => {
	it('Retry On Fail takes up the task that is paid for', async () => {
		const account = await pack.account();
		await fail(account);
		const { items, error } = await generate(pack, account, {}, RETRY);
		expect(error).toBeUndefined();
		const { charges, downloads } = await account.ledger();
		expect(charges).toHaveLength(1);
		expect(items[0].json).toMatchObject({ task_id: charges[0].taskId, status: 'success' });
		expect(downloads.at(-1)).toMatchObject({ taskId: charges[0].taskId, complete: true });
		expect((await account.tally()).submits).toBe(1);
	});

	it('a Retry of the failed execution does, too', async () => {
		const account = await pack.account();
		await fail(account);
		const failed = await generate(pack, account);
		expect(failed.status).toBe('error');
		const { items, status } = await pack.engine.retryNode(failed);
		expect(status).toBe('success');
		const { charges } = await account.ledger();
		expect(charges).toHaveLength(1);
		expect(items[0].json.task_id).toBe(charges[0].taskId);
		expect((await account.tally()).submits).toBe(1);
	});
});

describe('when the time limit is over', () => {
	it('a Retry goes on waiting for the same task', async () => {
		const account = await pack.account({ speed: 6 });
		const options = { timeout: 1 };
		const first = await generate(pack, account, { options });
		expect(first.error!.message).toContain('not ready after');
		const second = await pack.engine.retryNode(first);
		expect(second.status).toBe('success');
		const { charges, tasks } = await account.ledger();
		expect(charges).toHaveLength(1);
		// From the submit of the first execution to the end, not from the retry.
		const duration = second.items[0].json.duration_ms as number;
		expect(duration).toBeGreaterThanOrEqual(tasks[0].endsAt - tasks[0].createdAt);
	});
});

describe('a batch that failed', () => {
	const items = promptItems('a', 'b', 'c');
	const parameters = { prompt: PROMPT_OF_ITEM, options: { concurrency: 1 } };

	it('pays on Retry only for what was not paid yet', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'failJob', after: 1 });
		const failed = await generate(pack, account, parameters, { items });
		const { items: output } = await pack.engine.retryNode(failed);
		const { charges } = await account.ledger();
		// a, the b that failed; then another b and c.
		expect(charges).toHaveLength(4);
		const ids = charges.map(({ taskId }) => taskId);
		expect(output.map(({ json }) => json.task_id)).toEqual([ids[0], ids[2], ids[3]]);
	});

	it('tells equal items apart by their number', async () => {
		const account = await pack.account();
		const equal = promptItems('a', 'a', 'a');
		await account.faults({ on: 'model', kind: 'status', status: 500, after: 2, times: 4 });
		const failed = await generate(pack, account, parameters, { items: equal });
		expect(failed.status).toBe('error');
		const { items: output } = await pack.engine.retryNode(failed);
		const { charges } = await account.ledger();
		expect(charges).toHaveLength(3);
		expect(output.map(({ json }) => json.task_id)).toEqual(charges.map(({ taskId }) => taskId));
	});

	it('does not take the task of another request', async () => {
		const account = await pack.account();
		await account.faults({ on: 'status', kind: 'status', status: 403, times: 2 });
		const failed = await generate(pack, account);
		const credentials = pack.engine.credentials.toReferences(account.credentials);
		const parameters = parametersFor({ prompt: 'a cup' });
		const start = { name: 'Start', type: 'n8n-nodes-base.manualTrigger' };
		const current = { nodes: [start, { name: 'Node', type: Image3dGenerate, parameters, credentials }] };
		await pack.engine.retry(failed.result, { current });
		const { tasks } = await account.ledger();
		expect(tasks.map(({ body }) => body.prompt)).toEqual(['a vase', 'a cup']);
	});
});

describe('what a retry does not take up', () => {
	it('is a task that failed: it makes a new one', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'failJob' });
		const { items, error } = await generate(pack, account, {}, RETRY);
		expect(error).toBeUndefined();
		const { charges } = await account.ledger();
		expect(charges).toHaveLength(2);
		expect(items[0].json.task_id).toBe(charges[1].taskId);
		expect(charges[0].idempotencyKey).not.toBe(charges[1].idempotencyKey);
	});

	it('is a model that was delivered: the next round of a loop makes another of the same input', async () => {
		const account = await pack.account();
		expect(await runLoopOfTwo(pack, account, itemsOf({}))).toHaveLength(2);
		const { charges, downloads } = await account.ledger();
		expect(charges).toHaveLength(2);
		expect(new Set(downloads.map(({ taskId }) => taskId)).size).toBe(2);
	});

	it('is a queued task that was handed on without waiting', async () => {
		const account = await pack.account();
		const parameters = { waitForCompletion: false };
		await generate(pack, account, parameters);
		await generate(pack, account, parameters);
		expect((await account.tally()).charges).toBe(2);
	});
});
