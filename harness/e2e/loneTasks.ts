/** Tasks that are each alone on the list of a trigger of their own: how long after its end one starts the workflow. */
import { setTimeout as sleep } from 'node:timers/promises';
import { addAccount } from './account';
import { addDataTable, type N8nKey } from './dataTable';
import { addDelivery, Deliveries } from './deliveries';
import type { TestStage } from './stage';

const LONE_TASKS = 8;
/** n8n's shortest: after this much time the trigger has begun to watch. */
const INTERVAL_MS = 60_000;
/** Spreads the submits over the minute. */
const OFFSET_MS = 7_000;
const NOMINAL_SECONDS = 30;
const LOOK_MS = 1_000;

/** Milliseconds from each task's true end to the start of its execution, shortest first. */
export async function measureLoneTasks(stage: TestStage, key: N8nKey, timeoutMs: number): Promise<number[]> {
	const indexes = Array.from({ length: LONE_TASKS }, (_, index) => index);
	const lags = await Promise.all(
		indexes.map(async (index) => await measureOne(stage, key, index, timeoutMs)),
	);
	return lags.sort((a, b) => a - b);
}

async function measureOne(stage: TestStage, key: N8nKey, index: number, timeoutMs: number): Promise<number> {
	const account = await addAccount(stage);
	const table = await addDataTable(key, `Lone task ${index}`, ['task_id', 'quality']);
	const workflow = await addDelivery(stage, `Lone delivery ${index}`, account, key, table);
	await stage.client.activate(workflow.id);
	await sleep(INTERVAL_MS + index * OFFSET_MS);
	// From 0.6 to 1.4 of the usual time.
	const endsInSeconds = NOMINAL_SECONDS * (0.6 + (0.8 * index) / (LONE_TASKS - 1));
	const task_id = await account.sandbox.addTask(account.uid, {
		state: 'running',
		quality: 'pro',
		endsInSeconds,
	});
	await table.add([{ task_id, quality: 'pro' }]);
	const deliveries = new Deliveries(stage, workflow);
	for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(LOOK_MS)) {
		const [first] = (await deliveries.collect()).delivered;
		if (first === undefined) continue;
		await stage.client.deactivate(workflow.id);
		const [{ endsAt }] = (await account.sandbox.ledger(account.uid)).tasks;
		return first.startedMs - endsAt;
	}
	throw new Error(`A lone task was not handed over in ${timeoutMs / 1000} s`);
}
