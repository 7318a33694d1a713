/** A batch workflow in the middle of its work on both workers, for one of them to be killed, and what became of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Execution, Item } from '../n8n/types';
import type { StageAccount } from './account';
import { Batch } from './batch';
import type { Cluster } from './cluster';
import { sharesOf } from './queueWorker';
import type { Step } from './workflow';

const LOOK_MS = 200;

export interface Aftermath {
	/** All executions that were started; the other worker's are the ones that succeeded. */
	executions: Execution[];
	interrupted: Execution[];
	delivered: Item[];
	/** Tasks that were paid for and are in no output. */
	lostTaskIds: string[];
}

export class Interruption {
	/** What each execution was started with. */
	private readonly lists: object[][] = [];

	private constructor(
		private readonly cluster: Cluster,
		readonly account: StageAccount,
		private readonly batch: Batch,
	) {}

	static async prepare(
		cluster: Cluster,
		name: string,
		account: StageAccount,
		steps: Step[],
	): Promise<Interruption> {
		return new Interruption(cluster, account, await Batch.publish(cluster, name, steps));
	}

	/**
	 * Starts executions of so many items, one after the other, until each worker has one; waits till all have submitted
	 * something. n8n's queue serves whichever worker has waited longest.
	 */
	async startOnBoth(items: number, countSubmitted: () => Promise<number>): Promise<void> {
		for (let shares = [0]; shares.includes(0); shares = await this.shares()) {
			const number = this.lists.length + 1;
			const names = Array.from({ length: items }, (_, index) => `Plate ${number}, number ${index}`);
			this.lists.push(names.map((prompt) => ({ prompt })));
			await this.batch.start(this.lists.at(-1)!);
			while (sum(await this.shares()) < number) await sleep(LOOK_MS);
		}
		while ((await countSubmitted()) < this.lists.length) await sleep(LOOK_MS);
	}

	/** How many executions each worker took. */
	private async shares(): Promise<number[]> {
		return sharesOf(this.cluster.workers, await this.batch.list());
	}

	/** Presses *Retry* on one that n8n calls crashed, before it gives it up for good; returns the execution that this starts. */
	async retryCrashed(timeoutMs: number): Promise<Execution> {
		const { client } = this.cluster;
		for (const deadline = Date.now() + timeoutMs; ; await sleep(LOOK_MS)) {
			const crashed = (await this.batch.list()).find(({ status }) => status === 'crashed');
			if (crashed !== undefined) {
				return await client.waitForExecution(await client.retry(crashed.id), timeoutMs);
			}
			if (Date.now() > deadline) throw new Error('n8n called no execution crashed');
		}
	}

	/** What the last step of an execution put out. */
	itemsOf(execution: Execution): Item[] {
		return this.batch.itemsOf(execution);
	}

	/** Starts an execution for each list once more. Returns what came out of each. */
	async runAgain(timeoutMs: number): Promise<Item[][]> {
		const before = (await this.batch.list()).length;
		for (const list of this.lists) await this.batch.start(list);
		const all = await this.batch.finish(before + this.lists.length, timeoutMs);
		return all.slice(before).map((execution) => this.batch.itemsOf(execution));
	}

	/** Waits until every execution has ended in some way. */
	async look(timeoutMs: number): Promise<Aftermath> {
		const all = await this.batch.finish(this.lists.length, timeoutMs);
		const executions = all.filter(({ mode }) => mode !== 'retry');
		const delivered = executions.flatMap((execution) => this.batch.itemsOf(execution));
		const deliveredIds = delivered.map(({ json }) => json.task_id);
		const { charges } = await this.account.sandbox.ledger(this.account.uid);
		return {
			executions,
			delivered,
			interrupted: executions.filter(({ status }) => status !== 'success'),
			lostTaskIds: charges.map(({ taskId }) => taskId).filter((taskId) => !deliveredIds.includes(taskId)),
		};
	}
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
