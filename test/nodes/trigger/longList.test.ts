/** A list that is too long for one poll: taken in slices, oldest first. */
import { Image3dTrigger, openPack, type Pack } from '../../support/pack';

let pack: Pack;

beforeAll(async () => {
	pack = await openPack();
});

afterAll(async () => await pack.close());

it('of 250 tasks is asked about 100 at a time, and none is left out', async () => {
	const account = await pack.account();
	const ids = await Promise.all(
		Array.from({ length: 250 }, async (_, index) =>
			index % 5 === 4
				? await account.addTask()
				: await account.addTask({ state: 'running', endsInSeconds: 3600 }),
		),
	);
	const trigger = pack.engine.poller(Image3dTrigger, {
		credentials: account.credentials,
		parameters: { taskIds: ids.join('\n'), downloadModel: false },
		pollBudgetMs: 60_000,
	});
	const statusCalls = async () => (await account.ledger()).requests.filter(({ route }) => route === 'status');
	const emitted: unknown[] = [];
	let asked = 0;
	for (let poll = 1; poll <= 3; poll++) {
		const { items } = await trigger.poll();
		emitted.push(...(items?.[0] ?? []).map(({ json }) => json.task_id));
		const total = (await statusCalls()).length;
		expect(total - asked).toBeLessThanOrEqual(100);
		asked = total;
	}
	expect(emitted).toEqual(ids.filter((_, index) => index % 5 === 4));
	expect(new Set((await statusCalls()).map(({ taskId }) => taskId)).size).toBe(250);
}, 90_000);
