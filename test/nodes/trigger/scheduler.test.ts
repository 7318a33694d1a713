/** n8n's scheduler makes the polls: a context for each, and however long it lets one take. */
import { inAcceleratedTime, skipTime, useAcceleratedClock } from '../../../harness/sandbox/acceleratedClock';
import { Image3dTrigger, usePack, type Account } from '../../../harness/sandbox/pack';
import type { PollerOptions } from '../../../harness/engine';

const pack = usePack();
let workflows = 0;

useAcceleratedClock();

const watch = ({ credentials }: Account, taskIds: string, options: Partial<PollerOptions>) =>
	pack.engine.poller(Image3dTrigger, {
		credentials,
		parameters: {
			event: 'taskFinished',
			taskSource: 'list',
			taskIds,
			outcome: 'success',
			downloadModel: false,
		},
		workflowId: `scheduled-${++workflows}`,
		...options,
	});

/** Ends long after an activation's short poll would be over. */
const LATE = { state: 'running', endsInSeconds: 6 } as const;

it.each([300_001, 480_000, 600_000])(
	'a budget of %i ms is not taken for an activation',
	async (pollBudgetMs) => {
		const account = await pack.account();
		const taskId = await account.addTask(LATE);
		const { items } = await watch(account, taskId, { scheduler: true, pollBudgetMs }).poll();
		expect(items?.[0].map(({ json }) => json.task_id)).toEqual([taskId]);
	},
);

it('a budget of just what n8n grants without a scheduler is not taken for one twice', async () => {
	const account = await pack.account();
	const taskId = await account.addTask({ ...LATE, endsInSeconds: 10 });
	const trigger = watch(account, taskId, { scheduler: true, pollBudgetMs: 300_000 });
	await inAcceleratedTime(
		1,
		() => 0,
		async () => {
			expect((await trigger.poll()).items).toBeNull();
			skipTime(60_000);
			expect((await trigger.poll()).items).toHaveLength(1);
		},
	);
});

it('without a scheduler the poll of each activation is a short one', async () => {
	const account = await pack.account();
	const taskId = await account.addTask({ ...LATE, endsInSeconds: 60 });
	const trigger = watch(account, taskId, { pollBudgetMs: 300_000 });
	await inAcceleratedTime(
		1,
		() => 0,
		async () => {
			for (let activation = 1; activation <= 2; activation++) {
				const startedAt = Date.now();
				expect((await trigger.activate()).items).toBeNull();
				expect(Date.now() - startedAt).toBeLessThan(20_000);
				skipTime(60_000);
				trigger.restart();
			}
		},
	);
});
