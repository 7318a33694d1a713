import {
	type Remembered,
	RememberedPurchases,
} from '../../../../nodes/shared/core/purchase/retryGuard/rememberedPurchases';

function purchase(key: string, more: Partial<Remembered> = {}, taskId?: string): Remembered {
	const entry = {
		fingerprint: 'f',
		idempotencyKey: key,
		submittedMs: 0,
		state: 'sending',
		round: 0,
	} as const;
	return {
		node: 'n',
		lineage: 'l',
		executionId: '1',
		owner: undefined,
		entry: { ...entry, ...(taskId === undefined ? {} : { taskId }) },
		...more,
	};
}

it('a purchase with a task is found before one that was never confirmed, the oldest first', () => {
	const all = new RememberedPurchases();
	for (const each of [purchase('a'), purchase('b', {}, 't-1'), purchase('c', {}, 't-2')]) all.keep(each);
	expect(all.find(() => true)!.entry.idempotencyKey).toBe('b');
	expect(all.find(({ entry }) => entry.taskId === undefined)!.entry.idempotencyKey).toBe('a');
	expect(all.find(() => false)).toBeUndefined();
});

it('a run that is over leaves what it had in hand, and nothing of other runs', () => {
	const all = new RememberedPurchases();
	const [mine, other] = [{}, {}];
	all.keep(purchase('a', { owner: mine }));
	all.keep(purchase('b', { owner: other }));
	all.release(mine);
	expect([all.get('a')!.owner, all.get('b')!.owner]).toEqual([undefined, other]);
});

it('keeps the last 5,000, of all workflows together', () => {
	const all = new RememberedPurchases();
	for (let index = 0; index <= 5_000; index++) all.keep(purchase(`key ${index}`));
	expect(all.get('key 0')).toBeUndefined();
	expect(all.get('key 1')).toBeDefined();
	all.forget(all.get('key 1')!.entry);
	expect(all.get('key 1')).toBeUndefined();
});
