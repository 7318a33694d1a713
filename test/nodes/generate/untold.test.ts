/** Whatever the last try speaks of: what the other items and the tries before have paid for is told with it. */
import { useShortWaits } from '../../../harness/sandbox/dice';
import { generate, PROMPT_OF_ITEM, promptItems } from '../../../harness/sandbox/generation';
import { usePack, type Account } from '../../../harness/sandbox/pack';

const pack = usePack();
useShortWaits();

const TWICE = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
const ORDERED = { prompt: PROMPT_OF_ITEM, options: { concurrency: 1 } };
const ONE_MORE = '1 more may have been charged without an answer from Image3D.';

const idsOf = async (account: Account) => (await account.ledger()).charges.map(({ taskId }) => taskId);

describe('the error', () => {
	it('counts the other submits of the batch that were never confirmed', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'hangAfter', ms: 200, times: 2 });
		const items = promptItems('a', 'b');
		const { error } = await generate(pack, account, { prompt: PROMPT_OF_ITEM }, { items });
		expect(error!.message).toContain('It is not known whether');
		expect(error!.description).toContain(ONE_MORE);
	});

	it('counts an unconfirmed submit of the try before that this try did not come to', async () => {
		const account = await pack.account();
		// a is found again, and its sign-in is refused before the turn comes to b.
		await account.faults(
			{ on: 'generate', kind: 'resetAfter', after: 1 },
			{ on: 'status', kind: 'status', status: 403, after: 1, times: 2 },
		);
		const waits = { ...ORDERED, downloadModel: false };
		const { error } = await generate(pack, account, waits, { items: promptItems('a', 'b'), ...TWICE });
		const [taskId] = await idsOf(account);
		expect(error!.context).toMatchObject({ itemIndex: 0, task_id: taskId });
		expect(error!.description).toContain(ONE_MORE);
	});

	it('names a task of the try before that this try did not come to', async () => {
		const account = await pack.account();
		await account.faults(
			{ on: 'generate', kind: 'status', status: 400, after: 2 },
			{ on: 'status', kind: 'status', status: 403, after: 2, times: 2 },
		);
		const items = promptItems('a', 'b', 'c');
		const { error } = await generate(pack, account, ORDERED, { items, ...TWICE });
		const [first, second] = await idsOf(account);
		expect(error!.context).toMatchObject({ itemIndex: 0, task_id: first });
		expect(error!.description).toContain(`Also submitted and paid for: ${second}.`);
	});
});

describe('the sum of a run that ended well', () => {
	it('names the task that failed in the try before', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'failJob' });
		const { hints, error } = await generate(pack, account, {}, TWICE);
		const [failed] = await idsOf(account);
		expect(error).toBeUndefined();
		expect(hints[0].message).toMatch(new RegExp(`Also submitted and paid for: ${failed}\\.$`));
	});

	it('counts a submit that was sent again as the user wished', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'resetAfter' });
		const options = { onUncertainCharge: 'submitAgain' };
		const { hints } = await generate(pack, account, { options }, TWICE);
		expect(hints[0].message).toContain(ONE_MORE);
	});

	it('says nothing of the kind where nothing is left', async () => {
		const account = await pack.account();
		const { hints } = await generate(pack, account);
		expect(hints[0].message).not.toMatch(/charged|paid/);
	});
});

it.each(['stopWorkflow', 'continueRegularOutput'] as const)(
	'a stop in mid-task keeps its id although n8n tries again (%s)',
	async (onError) => {
		const account = await pack.account({ speed: 0.1 });
		const stop = new AbortController();
		const options = { pollInterval: 60 };
		const more = { ...TWICE, onError, signal: stop.signal };
		const running = generate(pack, account, { options }, more);
		while ((await account.tally()).charges === 0) await new Promise((resolve) => setTimeout(resolve, 20));
		stop.abort();
		const { error, items, status } = await running;
		const [taskId] = await idsOf(account);
		expect(status).toBe('canceled');
		if (onError === 'stopWorkflow') expect(error!.description).toContain(taskId);
		else expect(items[0].json).toMatchObject({ error: 'The execution was canceled', task_id: taskId });
	},
);
