/**
 * What the trigger promises in a real n8n, whichever of n8n's pollers runs it: each task starts each workflow once, with
 * its row and its model, though n8n is killed on the way. Measures how long after their end tasks were handed over.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { validateBytes } from 'gltf-validator';
import { say } from '../process/say';
import type { Ledger } from '../sandbox/sandbox';
import { addAccount, type StageAccount } from './account';
import { addDataTable, addN8nCredential, type DataTable } from './dataTable';
import { addDelivery, Deliveries, type Delivery } from './deliveries';
import { measureLoneTasks } from './loneTasks';
import { OPEN_TIMEOUT_MS, openStage, type TestStage } from './stage';

const TASKS = 20;
/** Tasks that are submitted before n8n is killed; some of them run on while it is down. */
const TASKS_BEFORE_THE_KILL = 12;
const BETWEEN_TASKS_MS = 5_000;
const INTERVAL_MS = 60_000;
/** Several polls, on a machine that has other things to do. */
const DELIVERY_TIMEOUT_MS = 6 * INTERVAL_MS;
const LOOK_MS = 1_000;
const TEST_TIMEOUT_MS = 4 * DELIVERY_TIMEOUT_MS;
const SECONDS = { fast: 10, standard: 10, pro: 30, ultra: 60 };
const QUALITIES = ['pro', 'fast', 'ultra', 'pro', 'standard'] as const;
/** Jobs take this much of their tier's usual time, in turn. */
const PACES = [1, 0.7, 1.2, 0.85, 1.4, 0.6, 1.1];

interface Span {
	fromMs: number;
	untilMs: number;
}

/** Declares the suite. `env` chooses n8n's poller. */
export function describeTrigger(poller: string, env: Record<string, string>): void {
	describe(`Image3D Trigger under ${poller}`, () => {
		let stage: TestStage;

		beforeAll(async () => {
			stage = await openStage({ sandbox: { speed: 1 }, n8n: { env } });
		}, OPEN_TIMEOUT_MS);

		afterAll(async () => await stage?.close());

		it(
			'starts two workflows once per task of a table, through a kill of n8n',
			async () => {
				const account = await addAccount(stage);
				const key = await addN8nCredential(stage, 'This n8n');
				const table = await addDataTable(key, 'Queue', ['task_id', 'quality', 'product']);
				const names = ['First delivery', 'Second delivery'];
				const workflows = await Promise.all(
					names.map(async (name) => await addDelivery(stage, name, account, key, table)),
				);
				const activation = await timed(async () => {
					await Promise.all(workflows.map(async ({ id }) => await stage.client.activate(id)));
				});
				const all = workflows.map((workflow) => new Deliveries(stage, workflow));

				await submit(account, table, 0, TASKS_BEFORE_THE_KILL);
				await until(all, (delivered) => delivered.length >= 3);
				const outage = await timed(async () => await stage.restart('kill'));
				await submit(account, table, TASKS_BEFORE_THE_KILL, TASKS);
				await until(all, (delivered) => idsOf(delivered).size >= TASKS);
				// One more poll of each: nothing comes twice.
				await sleep(INTERVAL_MS + 10_000);

				const ledger = await account.sandbox.ledger(account.uid);
				say(`\n  ${poller}: publishing took ${seconds(activation)}, the outage ${seconds(outage)}\n`);
				for (const deliveries of all) {
					const { delivered } = await deliveries.collect();
					say(`  ${measure(delivered, ledger, outage, workflows.length)}\n`);
					expect(delivered.map(taskIdOf).sort()).toEqual(ledger.tasks.map(({ taskId }) => taskId).sort());
					expect(new Set(delivered.map(({ status }) => status))).toEqual(new Set(['success']));
					await expectRowsAndModels(stage, delivered, await table.rows());
				}
			},
			TEST_TIMEOUT_MS,
		);

		it(
			'watches a lone task to its end',
			async () => {
				const key = await addN8nCredential(stage, 'This n8n, for lone tasks');
				const lags = await measureLoneTasks(stage, key, DELIVERY_TIMEOUT_MS);
				say(`\n  ${poller}: ${describeLags(lags, 'tasks that were alone')}\n`);
				// The next poll at the latest; n8n and the machine may take their time.
				expect(Math.max(...lags)).toBeLessThan(2 * INTERVAL_MS);
			},
			TEST_TIMEOUT_MS,
		);
	});
}

/** Submits the tasks from `first` to before `end`, one after the other, and writes the row of each. */
async function submit(account: StageAccount, table: DataTable, first: number, end: number): Promise<void> {
	for (let index = first; index < end; index++) {
		const quality = QUALITIES[index % QUALITIES.length];
		const endsInSeconds = SECONDS[quality] * PACES[index % PACES.length];
		const task = { state: 'running' as const, quality, endsInSeconds };
		const task_id = await account.sandbox.addTask(account.uid, task);
		await table.add([{ task_id, quality, product: `Vase ${index}` }]);
		await sleep(BETWEEN_TASKS_MS);
	}
}

/** Waits until every workflow was given enough and none is running, which is between two polls that found something. */
async function until(all: Deliveries[], isEnough: (delivered: Delivery[]) => boolean): Promise<void> {
	const deadline = Date.now() + DELIVERY_TIMEOUT_MS;
	for (;;) {
		const seen = await Promise.all(all.map(async (deliveries) => await deliveries.collect()));
		if (seen.every(({ delivered, isIdle }) => isIdle && isEnough(delivered))) return;
		if (Date.now() > deadline) {
			const counts = seen.map(({ delivered }) => delivered.length).join(' and ');
			throw new Error(`${counts} tasks were handed over in ${DELIVERY_TIMEOUT_MS / 1000} s`);
		}
		await sleep(LOOK_MS);
	}
}

async function expectRowsAndModels(
	stage: TestStage,
	delivered: Delivery[],
	rows: Array<Record<string, unknown>>,
): Promise<void> {
	for (const { item } of delivered) {
		const { task_id, ...row } = rows.find((candidate) => candidate.task_id === item.json.task_id)!;
		expect(item.json).toMatchObject({ task_id, status: 'success', row });
		const bytes = await stage.client.binary(item.binary!.data.id!);
		const report = await validateBytes(new Uint8Array(bytes));
		expect(report.issues.numErrors).toBe(0);
		expect(report.info.totalTriangleCount).toBeGreaterThan(0);
	}
}

/** How long tasks waited that n8n was up for all the while, and how often the service was asked about each. */
function measure(delivered: Delivery[], ledger: Ledger, outage: Span, triggers: number): string {
	const lags = delivered
		.map((delivery) => {
			const { endsAt } = ledger.tasks.find(({ taskId }) => taskId === taskIdOf(delivery))!;
			return { endsAt, startedMs: delivery.startedMs };
		})
		.filter(({ endsAt, startedMs }) => startedMs < outage.fromMs || endsAt > outage.untilMs)
		.map(({ endsAt, startedMs }) => startedMs - endsAt)
		.sort((a, b) => a - b);
	const calls = ledger.requests.filter(({ route }) => route === 'status').length;
	const perTask = (calls / ledger.tasks.length / triggers).toFixed(1);
	return `${describeLags(lags, 'tasks')}; ${perTask} status calls per task`;
}

/** `lags` in milliseconds, shortest first. */
function describeLags(lags: number[], what: string): string {
	const at = (share: number) => (lags[Math.ceil(share * lags.length) - 1] / 1000).toFixed(1);
	return `${lags.length} ${what} waited ${at(0.5)} s in the median, ${at(0.95)} s at the 95th percentile`;
}

async function timed(work: () => Promise<void>): Promise<Span> {
	const fromMs = Date.now();
	await work();
	return { fromMs, untilMs: Date.now() };
}

const seconds = ({ fromMs, untilMs }: Span) => `${((untilMs - fromMs) / 1000).toFixed(1)} s`;
const taskIdOf = ({ item }: Delivery) => String(item.json.task_id);
const idsOf = (delivered: Delivery[]) => new Set(delivered.map(taskIdOf));
