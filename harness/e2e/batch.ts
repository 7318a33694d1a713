/** A published workflow that takes lists of items over its webhook, and the executions it was started with. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import type { Execution, Item, StoredExecution } from '../n8n/types';
import type { Cluster } from './cluster';
import { chain, type Step } from './workflow';

const POLL_MS = 500;
/** A worker that is started again calls what it had left `crashed`; the main has the last word. */
const OPEN = ['new', 'running', 'waiting', 'crashed'];

type Host = Pick<Cluster, 'client' | 'n8n'>;

export class Batch {
	private constructor(
		private readonly host: Host,
		private readonly path: string,
		private readonly workflowId: string,
		private readonly last: Step,
	) {}

	/** Publishes a workflow that hands each element of a list to the steps, one item each. */
	static async publish(host: Host, name: string, steps: Step[]): Promise<Batch> {
		const path = randomUUID();
		const webhook = {
			name: 'Webhook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			webhookId: path,
			parameters: { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} },
		};
		const split = {
			name: 'Split Out',
			type: 'n8n-nodes-base.splitOut',
			parameters: { fieldToSplitOut: 'body.list', options: {} },
		};
		const { id } = await host.client.saveWorkflow(chain(name, [webhook, split, ...steps]));
		await host.client.activate(id);
		return new Batch(host, path, id, steps.at(-1)!);
	}

	/** Starts one execution with this list. Resolves when n8n has taken it, which may be before it is listed. */
	async start(list: object[]): Promise<void> {
		const url = `http://127.0.0.1:${this.host.n8n.port}/webhook/${this.path}`;
		await axios.post(url, { list }, { proxy: false });
	}

	/** Ids of all its executions and their states, oldest first. */
	async list(): Promise<Array<Pick<StoredExecution, 'id' | 'status'>>> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId: this.workflowId }));
		const path = `/executions?limit=100&filter=${filter}`;
		const { results } = await this.host.client.call<{ results: StoredExecution[] }>('GET', path);
		return results.sort((a, b) => Number(a.id) - Number(b.id));
	}

	/** Waits until there are so many executions and all have ended. Throws when they have not after `timeoutMs`. */
	async finish(count: number, timeoutMs: number): Promise<Execution[]> {
		for (const deadline = Date.now() + timeoutMs; ; await sleep(POLL_MS)) {
			const listed = await this.list();
			const open = listed.filter(({ status }) => OPEN.includes(status));
			if (listed.length >= count && open.length === 0) {
				return await Promise.all(listed.map(async ({ id }) => await this.host.client.execution(id)));
			}
			if (Date.now() > deadline) {
				throw new Error(
					`${open.length} of ${listed.length} executions have not ended after ${timeoutMs / 1000} s`,
				);
			}
		}
	}

	/** What the last step put out. */
	itemsOf(execution: Execution): Item[] {
		return execution.data.resultData.runData[this.last.name]?.at(-1)?.data?.main?.[0] ?? [];
	}
}
