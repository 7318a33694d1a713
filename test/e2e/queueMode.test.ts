/** n8n in queue mode, one main and two workers: nothing is lost, paid for twice or delivered twice, though a worker dies. */
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from '../../harness/process/say';
import type { Execution, Item } from '../../harness/n8n/types';
import { addAccount, type StageAccount } from '../../harness/e2e/account';
import { Batch } from '../../harness/e2e/batch';
import { openCluster, type Cluster } from '../../harness/e2e/cluster';
import { addDataTable, addN8nCredential, type DataTable } from '../../harness/e2e/dataTable';
import { Interruption } from '../../harness/e2e/interruption';
import { noteIn } from '../../harness/e2e/note';
import { OPEN_TIMEOUT_MS } from '../../harness/e2e/stage';
import { startWatch, type Watch } from '../../harness/e2e/tableWatch';
import { sharesOf } from '../../harness/e2e/queueWorker';
import type { Step } from '../../harness/e2e/workflow';

/** Far more than a run takes: other programs may have the machine to themselves for a while. */
const RUN_TIMEOUT_MS = 180_000;
const ACCEPTED = /Image3D accepted task (\S+) \(execution (\d+),/;

jest.setTimeout(2 * RUN_TIMEOUT_MS);

let cluster: Cluster;
let watch: Watch;

beforeAll(async () => {
	cluster = await openCluster({ speed: 60 });
	// The shortest interval of a trigger is a minute: it watches while the other tests run.
	watch = await startWatch(cluster);
}, OPEN_TIMEOUT_MS);

afterAll(async () => await cluster?.close());

const image3d = (kind: 'Generate' | 'Status', account: StageAccount, parameters: object): Step => ({
	name: `Image3D ${kind}`,
	type: `n8n-nodes-image3d.image3d${kind}`,
	parameters: { prompt: '={{ $json.prompt }}', quality: 'fast', ...parameters },
	credentials: account.credentials,
});

const promptsOf = (name: string, count: number) =>
	Array.from({ length: count }, (_, index) => ({ prompt: `${name}, number ${index}` }));

function expectGlb(bytes: Buffer): void {
	expect(bytes.subarray(0, 4).toString()).toBe('glTF');
	expect(bytes.readUInt32LE(8)).toBe(bytes.length);
}

async function expectModels(items: Item[]): Promise<void> {
	const ids = items.map(({ binary }) => binary!.data.id!);
	for (const id of ids) expect(id).toMatch(/^database:/);
	const models = await Promise.all(ids.map(async (id) => await cluster.client.binary(id)));
	models.forEach(expectGlb);
}

const taskIdsOf = (items: Item[]) => items.map(({ json }) => json.task_id);

async function chargesOf({ sandbox, uid }: StageAccount): Promise<string[]> {
	return (await sandbox.ledger(uid)).charges.map(({ taskId }) => taskId);
}

it('delivers every model of 40 executions that two workers share', async () => {
	const [executions, models] = [40, 3];
	const account = await addAccount(cluster);
	const batch = await Batch.publish(cluster, 'Many at once', [image3d('Generate', account, {})]);
	const lists = Array.from({ length: executions }, (_, index) => promptsOf(`Vase ${index}`, models));
	await Promise.all(lists.map(async (list) => await batch.start(list)));
	const ended = await batch.finish(executions, RUN_TIMEOUT_MS);
	expect(ended.map(({ status }) => status)).toEqual(lists.map(() => 'success'));
	expect(ended.map((execution) => batch.itemsOf(execution).length)).toEqual(lists.map(() => models));
	const items = ended.flatMap((execution) => batch.itemsOf(execution));
	await expectModels(items);

	const { tasks } = await account.sandbox.ledger(account.uid);
	expect((await chargesOf(account)).sort()).toEqual(taskIdsOf(items).sort());
	expect(new Set(tasks.map(({ body }) => body.prompt)).size).toBe(executions * models);
	const shares = sharesOf(cluster.workers, ended);
	say(`\n  ${executions} executions: ${shares.join(' on one worker and ')} on the other\n`);
	expect(shares[0] + shares[1]).toBe(executions);
	expect(Math.min(...shares)).toBeGreaterThan(0);
});

it('renews an expired sign-in on both workers, though a refresh token is good for one use', async () => {
	const [LIFETIME_S, EXECUTIONS, ROUNDS] = [20, 16, 3];
	const settings = { speed: 1000, tokenLifetimeSeconds: LIFETIME_S, rotateRefreshTokens: true };
	const account = await addAccount(cluster, settings);
	const step = image3d('Generate', account, { waitForCompletion: false });
	const batch = await Batch.publish(cluster, 'Signed in', [step]);
	for (let round = 1; round <= ROUNDS; round++) {
		// The last sign-in shows that what was stored before is good.
		if (round === ROUNDS) await account.sandbox.changeUser(account.uid, { tokenLifetimeSeconds: 3600 });
		const prompts = promptsOf(`Bowl of round ${round}`, EXECUTIONS);
		await Promise.all(prompts.map(async (prompt) => await batch.start([prompt])));
		const ended = await batch.finish(round * EXECUTIONS, RUN_TIMEOUT_MS);
		const errors = ended.map(({ data }) => data.resultData.error?.message);
		expect(errors.filter(Boolean)).toEqual([]);
		expect(Math.min(...sharesOf(cluster.workers, ended.slice(-EXECUTIONS)))).toBeGreaterThan(0);
		if (round < ROUNDS) await sleep(LIFETIME_S * 1000);
	}
	const { refreshes, charges } = await account.sandbox.ledger(account.uid);
	say(`\n  ${ROUNDS} times without a valid token: ${refreshes} refreshes\n`);
	expect(charges).toHaveLength(ROUNDS * EXECUTIONS);
});

/** Image3D Generate with a memory of its own, which every worker reaches through the main. */
async function remembering(name: string, account: StageAccount, options: object) {
	const key = await addN8nCredential(cluster, name);
	const memory = await addDataTable(key, name, ['label']);
	const step = image3d('Generate', account, {
		rememberModels: true,
		memoryTableId: { __rl: true, mode: 'id', value: memory.id },
		options,
	});
	return { memory, step: { ...step, credentials: { ...account.credentials, ...key.credentials } } };
}

it('pays once for what two workers ask for at the same time', async () => {
	const [EXECUTIONS, PROMPTS] = [8, 5];
	const account = await addAccount(cluster, { speed: 20 });
	const { step, memory } = await remembering('Same request', account, {});
	const batch = await Batch.publish(cluster, 'Same request', [step]);
	const prompts = promptsOf('Teapot', PROMPTS);
	// The first makes the columns: a table is made for a workflow once.
	await batch.start([{ prompt: 'a spoon' }]);
	await batch.finish(1, RUN_TIMEOUT_MS);
	await Promise.all(Array.from({ length: EXECUTIONS }, async () => await batch.start(prompts)));
	const ended = (await batch.finish(EXECUTIONS + 1, RUN_TIMEOUT_MS)).slice(1);
	expect(Math.min(...sharesOf(cluster.workers, ended))).toBeGreaterThan(0);
	const errors = ended.map(({ data }) => data.resultData.error?.message);
	expect(errors.filter(Boolean)).toEqual([]);

	const charges = await chargesOf(account);
	expect(charges).toHaveLength(PROMPTS + 1);
	for (const index of prompts.keys()) {
		const items = ended.map((execution) => batch.itemsOf(execution)[index]);
		await expectModels(items);
		expect(new Set(taskIdsOf(items)).size).toBe(1);
		expect(items.filter(({ json }) => json.reused !== true)).toHaveLength(1);
	}
	const states = (await memory.rows()).filter(({ task_id }) => task_id).map(({ state }) => state);
	expect(states).toEqual(charges.map(() => 'delivered'));
});

describe('a worker that is killed in mid-run and started again', () => {
	let waiting: Interruption;
	let noting: Interruption;
	let crashing: Interruption;
	let knowing: Interruption;
	/** The *Retry* of an execution that the killed worker had in hand. */
	let retried: Execution;
	/** The same of one with a memory. */
	let remembered: Execution;
	let table: DataTable;

	beforeAll(async () => {
		const [forWaiting, forNoting, forCrashing, forKnowing] = await Promise.all(
			[0.7, 0.4, 0.7, 0.7].map(async (speed) => await addAccount(cluster, { speed })),
		);
		table = await addDataTable(await addN8nCredential(cluster, 'For notes'), 'Notes', ['task_id']);
		const oneByOne = { options: { concurrency: 1 } };
		waiting = await Interruption.prepare(cluster, 'Waiting', forWaiting, [
			image3d('Generate', forWaiting, oneByOne),
		]);
		crashing = await Interruption.prepare(cluster, 'Crashing', forCrashing, [
			image3d('Generate', forCrashing, oneByOne),
		]);
		const { step, memory } = await remembering('Killed worker', forKnowing, oneByOne.options);
		knowing = await Interruption.prepare(cluster, 'Knowing', forKnowing, [step]);
		noting = await Interruption.prepare(cluster, 'Noting', forNoting, [
			image3d('Generate', forNoting, { waitForCompletion: false }),
			noteIn(table),
			image3d('Status', forNoting, { waitForCompletion: true }),
		]);
		await waiting.startOnBoth(2, async () => (await chargesOf(forWaiting)).length);
		await crashing.startOnBoth(2, async () => (await chargesOf(forCrashing)).length);
		// The answers are in the table: nothing is in doubt.
		await knowing.startOnBoth(2, async () => {
			const rows = await memory.rows();
			return rows.filter(({ state }) => state === 'accepted').length;
		});
		await noting.startOnBoth(1, async () => (await table.rows()).length);
		await cluster.workers[1].killAndRestart();
		[retried, remembered] = await Promise.all(
			[crashing, knowing].map(async (interruption) => await interruption.retryCrashed(RUN_TIMEOUT_MS)),
		);
	}, 2 * RUN_TIMEOUT_MS);

	it('ends its executions as failed, charges nothing twice and retries nothing', async () => {
		for (const interruption of [waiting, noting]) {
			const { interrupted, delivered } = await interruption.look(RUN_TIMEOUT_MS);
			const { account } = interruption;
			expect(interrupted.length).toBeGreaterThan(0);
			expect(delivered.length).toBeGreaterThan(0);
			await expectModels(delivered);
			for (const { id } of interrupted) {
				const retried = await cluster.client.waitForExecution(await cluster.client.retry(id), RUN_TIMEOUT_MS);
				expect(retried.status).toBe('error');
			}
			const { charges, tasks, requests } = await account.sandbox.ledger(account.uid);
			expect(new Set(tasks.map(({ body }) => body.prompt)).size).toBe(charges.length);
			expect(requests.filter(({ route }) => route === 'generate')).toHaveLength(charges.length);
		}
	});

	it('pays for nothing twice on Retry of one that n8n calls crashed for now', async () => {
		expect(retried.status).toBe('error');
		expect(retried.data.resultData.error!.message).toMatch(/paid for by an earlier try/);
		await crashing.look(RUN_TIMEOUT_MS);
		const { account } = crashing;
		const { charges, tasks, requests } = await account.sandbox.ledger(account.uid);
		expect(new Set(tasks.map(({ body }) => body.prompt)).size).toBe(charges.length);
		expect(requests.filter(({ route }) => route === 'generate')).toHaveLength(charges.length);
	});

	it('with a memory brings every model on Retry, and the workflow run again pays for nothing more', async () => {
		expect(remembered.data.resultData.error).toBeUndefined();
		const retriedItems = knowing.itemsOf(remembered);
		expect(retriedItems).toHaveLength(2);
		await expectModels(retriedItems);
		expect(retriedItems.some(({ json }) => json.reused === true)).toBe(true);

		const { executions } = await knowing.look(RUN_TIMEOUT_MS);
		const before = await chargesOf(knowing.account);
		const again = await knowing.runAgain(RUN_TIMEOUT_MS);
		expect(again.map(({ length }) => length)).toEqual(executions.map(() => 2));
		const items = again.flat();
		await expectModels(items);
		const charges = await chargesOf(knowing.account);
		expect(charges).toHaveLength(2 * executions.length);
		expect(taskIdsOf(items).sort()).toEqual([...charges].sort());
		const reused = items.filter(({ json }) => json.reused === true);
		expect(taskIdsOf(reused).sort()).toEqual([...before].sort());
		say(`\n  ${before.length} charges before the second run, ${charges.length} in the end\n`);
	});

	it('has named in its log what was paid for, and Image3D Status brings it', async () => {
		const { interrupted, lostTaskIds } = await waiting.look(RUN_TIMEOUT_MS);
		const ids = interrupted.map(({ id }) => id);
		const lines = cluster.workers[1].lines.map((line) => ACCEPTED.exec(line));
		const named = lines.flatMap((match) => (match && ids.includes(match[2]) ? match[1] : []));
		expect(named.sort()).toEqual(lostTaskIds.sort());
		say(`\n  ${lostTaskIds.length} tasks of ${ids.length} executions recovered from the log\n`);
		await expectRecovery(waiting.account, lostTaskIds);
	});

	it('leaves what was noted in a Data Table right after the submit', async () => {
		const { lostTaskIds } = await noting.look(RUN_TIMEOUT_MS);
		const noted = (await table.rows()).map((row) => row.task_id);
		expect(noted.sort()).toEqual((await chargesOf(noting.account)).sort());
		say(`\n  ${lostTaskIds.length} tasks recovered from the table\n`);
		await expectRecovery(noting.account, lostTaskIds);
	});

	async function expectRecovery(account: StageAccount, taskIds: string[]): Promise<void> {
		expect(taskIds.length).toBeGreaterThan(0);
		const step = image3d('Status', account, { waitForCompletion: true });
		const batch = await Batch.publish(cluster, `Recovery for ${account.uid}`, [step]);
		await batch.start(taskIds.map((task_id) => ({ task_id })));
		const [execution] = await batch.finish(1, RUN_TIMEOUT_MS);
		expect(taskIdsOf(batch.itemsOf(execution))).toEqual(taskIds);
		await expectModels(batch.itemsOf(execution));
	}
});

it('hands each task of a Data Table to a workflow once, not once per process', async () => {
	const tasks = await watch.finish();
	expect(tasks.map(({ taskId }) => taskId).sort()).toEqual(watch.taskIds.sort());
	for (const { glb } of tasks) expectGlb(glb);
	const executions = [...new Set(tasks.map(({ executionId }) => executionId))].map((id) => ({ id }));
	const shares = sharesOf(cluster.workers, executions);
	say(
		`\n  ${tasks.length} tasks in ${executions.length} executions, ${shares.join(' and ')} on the workers\n`,
	);
	expect(shares[0] + shares[1]).toBe(executions.length);
});
