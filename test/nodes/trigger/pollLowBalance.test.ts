/** Image3D Trigger on the balance: once below the threshold, again only after it was above. */
import type { IDataObject } from 'n8n-workflow';

import type { PollerOptions } from '../../../harness/engine';
import { Image3dTrigger, usePack, type Account } from '../../../harness/sandbox/pack';

const pack = usePack();
let workflows = 0;

const watch = ({ credentials }: Account, cursor?: 'durable', more: Partial<PollerOptions> = {}) =>
	pack.engine.poller(Image3dTrigger, {
		credentials,
		parameters: { event: 'balanceLow', threshold: 50 },
		workflowId: `balance-${++workflows}`,
		cursor,
		...more,
	});

it('is silent at the threshold, speaks below it once, and again after it was above', async () => {
	const account = await pack.account({ credits: 50 });
	const trigger = watch(account);
	expect((await trigger.poll()).items).toBeNull();
	await account.change({ credits: 49 });
	expect((await trigger.poll()).items).toEqual([
		[{ json: { balance: 49, unit: 'credits', threshold: 50 }, pairedItem: { item: 0 } }],
	]);
	await account.change({ credits: 10 });
	expect((await trigger.poll()).items).toBeNull();
	await account.change({ credits: 100 });
	expect((await trigger.poll()).items).toBeNull();
	await account.change({ credits: 20 });
	expect((await trigger.poll()).items).toMatchObject([[{ json: { balance: 20 } }]]);
});

it.each([undefined, 'durable'] as const)(
	'does not repeat itself after a restart (cursor: %s)',
	async (cursor) => {
		const account = await pack.account({ credits: 10 });
		const trigger = watch(account, cursor);
		expect((await trigger.poll()).items).toHaveLength(1);
		trigger.restart();
		expect((await trigger.activate()).items).toBeNull();
		expect((await trigger.poll()).items).toBeNull();
	},
);

it('speaks again after a restart when the balance was above in between', async () => {
	const account = await pack.account({ credits: 10 });
	const trigger = watch(account);
	await trigger.poll();
	await account.change({ credits: 90 });
	await trigger.poll();
	trigger.restart();
	await trigger.activate();
	await account.change({ credits: 10 });
	expect((await trigger.poll()).items).toMatchObject([[{ json: { balance: 10 } }]]);
});

const SCHEDULER = { scheduler: true, pollBudgetMs: 38_000 };

it.each([undefined, 'durable'] as const)(
	"speaks again after a top-up under n8n's scheduler (cursor: %s)",
	async (cursor) => {
		const account = await pack.account({ credits: 10 });
		const trigger = watch(account, cursor, SCHEDULER);
		expect((await trigger.poll()).items).toHaveLength(1);
		expect((await trigger.poll()).items).toBeNull();
		for (const [credits, speaks] of [
			[90, false],
			[12, true],
			[11, false],
			[200, false],
			[5, true],
		] as const) {
			await account.change({ credits });
			expect((await trigger.poll()).items === null).toBe(!speaks);
		}
	},
);

it.each([undefined, 'durable'] as const)(
	"speaks again after a top-up and a restart of n8n's process (cursor: %s)",
	async (cursor) => {
		const account = await pack.account({ credits: 10 });
		const trigger = watch(account, cursor, SCHEDULER);
		const { items, stored } = await trigger.poll();
		expect(items).toHaveLength(1);
		await account.change({ credits: 90 });
		expect((await trigger.poll()).items).toBeNull();
		// A process that knows only what n8n has stored: the top-up is over, or is just to be seen.
		const start = (staticData: IDataObject) => watch(account, cursor, { ...SCHEDULER, staticData });
		const second = start(stored);
		expect((await second.poll()).items).toBeNull();
		await account.change({ credits: 8 });
		expect((await second.poll()).items).toMatchObject([[{ json: { balance: 8 } }]]);
		await account.change({ credits: 20 });
		expect((await start(stored).poll()).items).toMatchObject([[{ json: { balance: 20 } }]]);
		await account.change({ credits: 9 });
		expect((await start(stored).poll()).items).toBeNull();
	},
);

it('needs no Data Table credential, asks for nothing but the balance', async () => {
	const account = await pack.account({ credits: 10 });
	await watch(account).poll();
	expect((await account.ledger()).requests.map(({ route }) => route)).toEqual(['balance']);
});

it('declares a fault as n8n reads it, and speaks when it has passed', async () => {
	const account = await pack.account({ credits: 10 });
	const trigger = watch(account);
	await account.faults({ on: 'balance', kind: 'status', status: 429, headers: { 'Retry-After': '90' } });
	const { error, items } = await trigger.poll();
	expect(items).toBeNull();
	expect(error).toMatchObject({ failure: { cause: 'rate-limited', retryAfterMs: 90_000 } });
	expect((await trigger.poll()).items).toHaveLength(1);
});

it('stays silent when the answer carries no number', async () => {
	const account = await pack.account({ credits: 10 });
	await account.faults({ on: 'balance', kind: 'status', status: 200, body: { unit: 'credits' } });
	expect((await watch(account).poll()).items).toBeNull();
});

it('does not speak again after an answer without a number', async () => {
	const account = await pack.account({ credits: 10 });
	const trigger = watch(account);
	expect((await trigger.poll()).items).toHaveLength(1);
	await account.faults({ on: 'balance', kind: 'status', status: 200, body: { unit: 'credits' } });
	expect((await trigger.poll()).items).toBeNull();
	expect((await trigger.poll()).items).toBeNull();
});

it.each(['={{ undefined }}', '={{ "" }}', '={{ "many" }}'])('refuses the threshold %s', async (threshold) => {
	const account = await pack.account({ credits: 10 });
	const { credentials } = account;
	const parameters = { event: 'balanceLow', threshold };
	const { error } = await pack.engine.poller(Image3dTrigger, { credentials, parameters }).poll();
	expect(error).toMatchObject({ message: '"Threshold" is not a number' });
});
