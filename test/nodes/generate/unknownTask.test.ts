/** A task that the service accepted and then does not know: it was paid for, and is not paid for again by itself. */
import { inAcceleratedTime, useAcceleratedClock } from '../../../harness/sandbox/acceleratedClock';
import { generate } from '../../../harness/sandbox/generation';
import { usePack, type Account } from '../../../harness/sandbox/pack';

useAcceleratedClock();

const pack = usePack();

const inFastTime = async <T>(work: () => Promise<T>) => await inAcceleratedTime(20, () => 0.1, work);

async function accountThatForgets(times: number): Promise<Account> {
	const account = await pack.account();
	await account.faults({ on: 'status', kind: 'status', status: 404, times });
	return account;
}

it('is asked about once more right after the submit', async () => {
	const account = await accountThatForgets(1);
	const { items } = await inFastTime(async () => await generate(pack, account));
	expect(items[0].json).toMatchObject({ status: 'success', status_checks: 2 });
	expect(await account.tally()).toMatchObject({ submits: 1, charges: 1 });
});

it('that stays unknown is told as paid for, with the ways out', async () => {
	const account = await accountThatForgets(-1);
	const { error } = await inFastTime(async () => await generate(pack, account));
	const [{ taskId }] = (await account.ledger()).charges;
	expect(error).toMatchObject({
		message: `Image3D does not know task ${taskId}`,
		description: expect.stringMatching(/was paid for.*credential.*pays nothing.*Submit Again/),
		context: { task_id: taskId },
	});
	expect(await account.tally()).toMatchObject({ submits: 1, charges: 1, checks: 2 });
});

it('ends Retry On Fail with a few questions and no second charge', async () => {
	const account = await accountThatForgets(-1);
	const tries = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };
	const { error } = await inFastTime(async () => await generate(pack, account, {}, tries));
	expect(error!.message).toContain('does not know task');
	expect(await account.tally()).toMatchObject({ submits: 1, charges: 1, checks: 6 });
});

it('is fetched by a retry once the service knows it again', async () => {
	const account = await accountThatForgets(2);
	const first = await inFastTime(async () => await generate(pack, account));
	expect(first.error).toBeDefined();
	const { items } = await inFastTime(async () => await pack.engine.retryNode(first));
	expect(items[0].binary?.data).toBeDefined();
	expect((await account.tally()).charges).toBe(1);
});

describe('with Submit Again', () => {
	const parameters = { options: { onUncertainCharge: 'submitAgain' } };

	it('is made anew by a retry, and both are told', async () => {
		const account = await accountThatForgets(4);
		const first = await inFastTime(async () => await generate(pack, account, parameters));
		expect((await account.tally()).charges).toBe(1);
		const second = await inFastTime(async () => await pack.engine.retryNode(first));
		const [lost, made] = (await account.ledger()).charges.map(({ taskId }) => taskId);
		expect(second.items[0].json.task_id).toBe(made);
		expect(second.hints.map(({ message }) => message).join('\n')).toContain(lost);
		expect((await account.tally()).charges).toBe(2);
	});

	it('is not made anew where the service knows it again', async () => {
		const account = await accountThatForgets(2);
		const first = await inFastTime(async () => await generate(pack, account, parameters));
		const second = await inFastTime(async () => await pack.engine.retryNode(first));
		expect(second.items[0].binary?.data).toBeDefined();
		expect((await account.tally()).charges).toBe(1);
	});
});
