/** Knowing when a task is done with few questions, and telling the user who watches. */
import { useShortWaits } from '../../../harness/sandbox/dice';
import { generate, PROMPT_OF_ITEM, promptItems } from '../../../harness/sandbox/generation';
import { usePack } from '../../../harness/sandbox/pack';

const pack = usePack();
useShortWaits();

describe('pollInterval', () => {
	it('unset: asks a few times, and close to the end', async () => {
		const account = await pack.account({ speed: 1.5 });
		const [{ json }] = (await generate(pack, account, { options: { pollInterval: undefined } })).items;
		const { tasks, requests } = await account.ledger();
		const checks = requests.filter(({ route }) => route === 'status');
		expect(json.status_checks).toBe(checks.length);
		expect(checks.length).toBeLessThanOrEqual(8);
		const [{ createdAt, endsAt }] = tasks;
		// The benchmark measures how close; a busy machine adds its own delays.
		expect(checks.at(-1)!.at - endsAt).toBeLessThan((endsAt - createdAt) * 0.5);
	});

	it('set: asks at that interval', async () => {
		const account = await pack.account({ speed: 10 });
		await generate(pack, account, { options: { pollInterval: 0.3 } });
		const { requests } = await account.ledger();
		const checks = requests.filter(({ route }) => route === 'status');
		const gaps = checks.slice(1).map(({ at }, index) => at - checks[index].at);
		expect(gaps.length).toBeGreaterThan(1);
		for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(290);
	});

	it.each(['stepwise', 'none', 'zero', 'stuck', 'backward'] as const)(
		'survives progress that is %s',
		async (progress) => {
			const account = await pack.account({ progress, speed: 50 });
			const [{ json }] = (await generate(pack, account)).items;
			expect(json.status).toBe('success');
		},
	);
});

describe('the status calls of a batch', () => {
	it('share a pace', async () => {
		const account = await pack.account({ speed: 20 });
		const items = promptItems('a', 'b', 'c', 'd', 'e');
		await generate(pack, account, { prompt: PROMPT_OF_ITEM }, { items });
		const { requests } = await account.ledger();
		const starts = requests.filter(({ route }) => route === 'status').map(({ at }) => at);
		const span = starts.at(-1)! - starts[0];
		// One every 100 ms, with a little slack for the way there.
		expect(span).toBeGreaterThanOrEqual((starts.length - 1) * 100 - 50);
	});
});

describe('what the user sees', () => {
	const items = promptItems('a', 'b', '', 'd');
	const parameters = { prompt: PROMPT_OF_ITEM, options: { concurrency: 1, spendLimit: 2 } };

	it('is a hint after the run that sums it up', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'status', status: 500 });
		const onError = 'continueRegularOutput' as const;
		const { hints } = await generate(pack, account, parameters, { items, onError });
		const { checks } = await account.tally();
		expect(hints).toHaveLength(1);
		expect(hints[0]).toMatchObject({ location: 'outputPane', type: 'info' });
		expect(hints[0].message).toMatch(
			new RegExp(
				`^Image3D: 2 generations done, 2 not sent in (?:less than a second|\\d+ seconds?) \\(${checks} status checks, 1 retry\\)\\. 20 credits used in this run, \\d+ left\\.$`,
			),
		);
	});

	it('is told of what was started, has failed and was refused', async () => {
		const account = await pack.account({ credits: 1_000 });
		await account.faults({ on: 'generate', kind: 'failJob' });
		const onError = 'continueRegularOutput' as const;
		const failed = await generate(pack, account, {}, { onError });
		expect(failed.hints[0].message).toMatch(
			/^Image3D: no generations done, 1 failed in .* 10 credits used in this run, 990 left\.$/,
		);
		const refused = await generate(pack, account, { quality: '={{ "proplus" }}' }, { onError });
		expect(refused.hints[0].message).toMatch(
			/no generations done, 1 refused in .* No credits used .*990 left/,
		);
		const started = await generate(pack, account, { waitForCompletion: false });
		expect(started.hints[0].message).toMatch(
			/^Image3D: 1 generation started in .* 10 credits used .*980 left/,
		);
	});

	it.each([
		['an error', { kind: 'status', status: 500, times: -1 }],
		['a web page', { kind: 'html', times: -1 }],
		['no number', { kind: 'status', status: 200, body: { unit: 'credits' }, times: -1 }],
		['silence', { kind: 'hang', ms: 60_000, times: -1 }],
	] as const)('goes without the credits where the balance brings %s', async (_what, fault) => {
		const account = await pack.account();
		await account.faults({ on: 'balance', ...fault });
		const { items: output, hints, error } = await generate(pack, account);
		expect(error).toBeUndefined();
		expect(output[0].json.status).toBe('success');
		expect(hints[0].message).toMatch(/^Image3D: 1 generation done in .* status checks?, no retries\)\.$/);
	});

	it('is a line now and then in a manual run, at most one in two seconds', async () => {
		const account = await pack.account();
		const { uiMessages } = await generate(
			pack,
			account,
			{ prompt: PROMPT_OF_ITEM },
			{ items: promptItems('a', 'b') },
		);
		expect(uiMessages).toHaveLength(1);
		expect(JSON.stringify(uiMessages[0])).toMatch(/Image3D: 0 of 2 done, \d under way/);
	});

	it('is nothing in a production run', async () => {
		const account = await pack.account();
		const { uiMessages, status } = await generate(pack, account, {}, { mode: 'trigger' });
		expect({ uiMessages, status }).toEqual({ uiMessages: [], status: 'success' });
	});
});
