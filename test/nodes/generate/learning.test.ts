/** A node learns from its own tasks how long they take, and asks about the next ones when they are really due. */
import { inAcceleratedTime, skipTime, useAcceleratedClock } from '../../../harness/sandbox/acceleratedClock';
import { generate, parametersFor, PROMPT_OF_ITEM, promptItems } from '../../../harness/sandbox/generation';
import { Image3dGenerate, Image3dTrigger, usePack, type Account } from '../../../harness/sandbox/pack';

useAcceleratedClock();

const pack = usePack();

/** The node's time passes so many times as fast as real time. */
const ACCELERATION = 15;
/** Documented with 30 seconds; in the sandbox a job takes two of real time, beside which the machine's own delays are small. */
const QUALITY = 'pro';
const AS_DOCUMENTED = ACCELERATION;
const TWICE_AS_SLOW = ACCELERATION / 2;

const ITEMS = promptItems(...Array.from({ length: 12 }, (_, index) => `chair ${index}`));
const FEW = ITEMS.slice(0, 3);
/** Without any experience a job is asked about more often than this. */
const FEW_CHECKS = 3;

/** A service that tells no progress, so that nothing but experience foretells an end. */
async function open(speed: number) {
	return await pack.account({ speed, progress: 'none' });
}

let workflows = 0;
const newWorkflow = () => `learning-${++workflows}`;

/** A production run of a batch, without files; what was asked about each of its tasks. */
async function runBatch(account: Account, workflowId: string, items = ITEMS, options = {}) {
	const known = (await account.ledger()).requests.length;
	const parameters = {
		prompt: PROMPT_OF_ITEM,
		quality: QUALITY,
		downloadModel: false,
		options: { pollInterval: undefined, ...options },
	};
	const more = { items, workflowId, mode: 'trigger' as const };
	const { error, items: out } = await inAcceleratedTime(ACCELERATION, Math.random, async () =>
		generate(pack, account, parameters, more),
	);
	expect(error).toBeUndefined();
	expect(out).toHaveLength(items.length);
	const { requests, tasks } = await account.ledger();
	const ids = new Set(out.map(({ json }) => json.task_id));
	const checks = requests.slice(known).filter(({ route }) => route === 'status');
	const firstChecks = tasks
		.filter(({ taskId }) => ids.has(taskId))
		.map(({ taskId, createdAt, endsAt }) => {
			const first = checks.find((check) => check.taskId === taskId)!;
			return (first.at - createdAt) / (endsAt - createdAt);
		});
	expect(firstChecks).toHaveLength(items.length);
	return { checks: checks.length, earliestCheck: Math.min(...firstChecks) };
}

it.each([
	['takes as long as documented', AS_DOCUMENTED],
	['takes twice as long', TWICE_AS_SLOW],
])('the second run asks less, and not before the end is near, where the service %s', async (_what, speed) => {
	const account = await open(speed);
	const workflowId = newWorkflow();
	const first = await runBatch(account, workflowId);
	const second = await runBatch(account, workflowId, FEW);
	expect(second.checks / FEW.length).toBeLessThan(first.checks / ITEMS.length);
	expect(second.earliestCheck).toBeGreaterThan(0.7);
});

it('a gap between checks that the user chose teaches nothing', async () => {
	const account = await open(AS_DOCUMENTED);
	const workflowId = newWorkflow();
	await runBatch(account, workflowId, ITEMS, { pollInterval: 40 });
	const next = await runBatch(account, workflowId, promptItems('a vase'));
	expect(next.checks).toBeGreaterThan(FEW_CHECKS);
});

it('tasks that a retry finds again teach nothing: nobody saw them end', async () => {
	const account = await open(AS_DOCUMENTED);
	const workflowId = newWorkflow();
	const parameters = parametersFor({
		prompt: PROMPT_OF_ITEM,
		quality: QUALITY,
		downloadModel: false,
		options: { pollInterval: undefined, timeout: 5 },
	});
	// Five at a time are in flight, and ten have to be seen.
	const left = [];
	for (const items of [ITEMS.slice(0, 5), ITEMS.slice(5, 10)]) {
		const more = {
			credentials: account.credentials,
			parameters,
			items,
			workflowId,
			mode: 'trigger' as const,
		};
		left.push(
			await inAcceleratedTime(ACCELERATION, Math.random, async () =>
				pack.engine.runNode(Image3dGenerate, more),
			),
		);
		await untilEnded(account);
	}
	for (const failed of left) {
		expect(failed.error?.message).toContain('not ready');
		const again = await inAcceleratedTime(ACCELERATION, Math.random, async () => {
			skipTime(100_000);
			return await pack.engine.retryNode(failed);
		});
		expect(again.items).toHaveLength(5);
	}
	expect(await account.tally()).toMatchObject({ charges: 10 });
	const next = await runBatch(account, workflowId, promptItems('a vase'));
	expect(next.checks).toBeGreaterThan(FEW_CHECKS);
});

/** Resolves when no task of the account goes on. */
async function untilEnded(account: Account): Promise<void> {
	const { tasks } = await account.ledger();
	const untilMs = Math.max(...tasks.map(({ endsAt }) => endsAt));
	await new Promise((resolve) => setTimeout(resolve, Math.max(0, untilMs - Date.now())));
}

it('a polling trigger of the same workflow emits nothing again: what it keeps is left alone', async () => {
	const account = await open(AS_DOCUMENTED);
	const workflowId = newWorkflow();
	const { credentials } = account;
	const taskIds = await account.addTask();
	const trigger = pack.engine.poller(Image3dTrigger, {
		credentials,
		workflowId,
		parameters: { taskIds, downloadModel: false },
	});
	const run = runBatch(account, workflowId, FEW);
	expect((await trigger.poll()).items).toHaveLength(1);
	await run;
	trigger.restart();
	expect((await trigger.activate()).items).toBeNull();
});
