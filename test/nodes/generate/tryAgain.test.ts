/** Retry On Fail under Continue: n8n drops a whole output whose first item is an error, and runs the node again. */
import type { OnError } from 'n8n-workflow';

import { useShortWaits } from '../../../harness/sandbox/dice';
import { generate, PROMPT_OF_ITEM, promptItems, runLoopOfTwo } from '../../../harness/sandbox/generation';
import { usePack } from '../../../harness/sandbox/pack';

const pack = usePack();
useShortWaits();

const TWICE = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
const ORDERED = { prompt: PROMPT_OF_ITEM, options: { concurrency: 1 } };

describe.each<OnError>(['continueRegularOutput', 'continueErrorOutput'])('under %s', (onError) => {
	it('takes up the models that n8n dropped with the first item', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'failJob' });
		const items = promptItems('a', 'b', 'c');
		const { outputs } = await generate(pack, account, ORDERED, { items, onError, ...TWICE });
		const ids = (await account.ledger()).charges.map(({ taskId }) => taskId);
		// The a that failed, b, c; then another a.
		expect(ids).toHaveLength(4);
		expect(outputs[0].map(({ json }) => json.task_id)).toEqual([ids[3], ids[1], ids[2]]);
		expect(outputs[0].every(({ binary }) => binary?.data !== undefined)).toBe(true);
	});

	it('submits nothing again where every try fails with the first item', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'resetAfter' });
		const items = promptItems('a', 'b');
		const { outputs } = await generate(pack, account, ORDERED, { items, onError, ...TWICE });
		expect(outputs.flat()).toHaveLength(2);
		expect(await account.tally()).toMatchObject({ submits: 2, charges: 2 });
	});
});

it('the next round of a loop makes models of its own', async () => {
	const account = await pack.account();
	const refused = { on: 'generate', kind: 'status', status: 400 } as const;
	await account.faults(refused, { ...refused, after: 1 });
	const settings = { onError: 'continueRegularOutput', ...TWICE } as const;
	const rounds = await runLoopOfTwo(pack, account, promptItems('a', 'b'), ORDERED, settings);
	// Both tries of the first round met a refused a; the b of its first try is the b of its second.
	expect(rounds.map((round) => round.map(({ json }) => json.status))).toEqual([
		[undefined, 'success'],
		['success', 'success'],
	]);
	const ids = rounds.flat().flatMap(({ json }) => json.task_id ?? []);
	expect(new Set(ids).size).toBe(3);
	expect((await account.tally()).charges).toBe(3);
});
