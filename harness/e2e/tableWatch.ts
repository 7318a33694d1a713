/**
 * An Image3D Trigger that watches a Data Table with finished and running tasks while a suite does other things. The step
 * after it reads each model's bytes, which n8n itself does not hand out: what a trigger stores belongs to no execution.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { addAccount } from './account';
import { addDataTable, addN8nCredential } from './dataTable';
import { addDelivery, Deliveries } from './deliveries';
import type { TestStage } from './stage';

const INTERVAL_MS = 60_000;
const LOOK_MS = 1_000;
const FINISHED = 4;
const RUNNING = 2;
/** Found by the second poll. */
const ENDS_IN_SECONDS = 70;
const TIMEOUT_MS = 5 * INTERVAL_MS;
const READ_MODEL = {
	name: 'Read Model',
	type: 'n8n-nodes-base.extractFromFile',
	parameters: { operation: 'binaryToPropery', destinationKey: 'glb', options: { keepSource: 'json' } },
};

export interface AwaitedTask {
	taskId: string;
	executionId: string;
	glb: Buffer;
}

export interface Watch {
	taskIds: string[];
	/** Waits until every task was handed over and one more poll has passed. Throws when that takes too long. */
	finish(): Promise<AwaitedTask[]>;
}

/** Publishes the trigger's workflow and fills its table. */
export async function startWatch(stage: Pick<TestStage, 'client' | 'n8n' | 'sandbox'>): Promise<Watch> {
	const { client } = stage;
	const account = await addAccount(stage);
	const key = await addN8nCredential(stage, 'This n8n, for a watch');
	const table = await addDataTable(key, 'Watched', ['task_id', 'quality']);
	const workflow = await addDelivery(stage, 'Watch', account, key, table, READ_MODEL);
	const taskIds: string[] = [];
	for (let index = 0; index < FINISHED + RUNNING; index++) {
		const state = index < FINISHED ? 'success' : 'running';
		const order = { quality: 'fast' as const, state: state as 'success' | 'running' };
		taskIds.push(await account.sandbox.addTask(account.uid, { ...order, endsInSeconds: ENDS_IN_SECONDS }));
	}
	await table.add(taskIds.map((task_id) => ({ task_id, quality: 'fast' })));
	await client.activate(workflow.id);
	const deliveries = new Deliveries(stage, workflow);

	const finish = async () => {
		for (const deadline = Date.now() + TIMEOUT_MS; ; await sleep(LOOK_MS)) {
			const { delivered, isIdle } = await deliveries.collect();
			const lastMs = Math.max(...delivered.map(({ startedMs }) => startedMs));
			const isEnough = isIdle && delivered.length >= taskIds.length;
			if (isEnough && Date.now() > lastMs + INTERVAL_MS + 5_000) {
				const executionIds = [...new Set(delivered.map(({ executionId }) => executionId))];
				return (await Promise.all(executionIds.map(read))).flat();
			}
			if (Date.now() > deadline) {
				throw new Error(`${delivered.length} of ${taskIds.length} tasks were handed over`);
			}
		}
	};
	const read = async (executionId: string): Promise<AwaitedTask[]> => {
		const { data } = await client.execution(executionId);
		const items = data.resultData.runData[READ_MODEL.name][0].data!.main![0]!;
		return items.map(({ json }) => ({
			taskId: String(json.task_id),
			executionId,
			glb: Buffer.from(String(json.glb), 'base64'),
		}));
	};
	return { taskIds, finish };
}
