/** Workflows that Image3D Trigger starts, and what it has started them with: read from all their executions. */
import { randomUUID } from 'node:crypto';
import type { Item, StoredExecution, Workflow } from '../n8n/types';
import type { StageAccount } from './account';
import type { DataTable, N8nKey } from './dataTable';
import type { TestStage } from './stage';
import { chain, type Step } from './workflow';

export const TRIGGER = 'Image3D Trigger';

/** One item that a trigger put out. */
export interface Delivery {
	executionId: string;
	status: StoredExecution['status'];
	/** When the execution started, in milliseconds since 1970. */
	startedMs: number;
	item: Item;
}

const NOTHING: Step = { name: 'Delivered', type: 'n8n-nodes-base.noOp' };

/** A workflow that watches the table once a minute, n8n's shortest interval, and then does `last`. Not yet active. */
export async function addDelivery(
	{ client }: Pick<TestStage, 'client'>,
	name: string,
	account: StageAccount,
	key: N8nKey,
	table: DataTable,
	last = NOTHING,
): Promise<Workflow> {
	const trigger = {
		id: randomUUID(),
		name: TRIGGER,
		type: 'n8n-nodes-image3d.image3dTrigger',
		parameters: {
			pollTimes: { item: [{ mode: 'everyMinute' }] },
			event: 'taskFinished',
			taskSource: 'dataTable',
			dataTableId: { __rl: true, mode: 'id', value: table.id },
			outcome: 'any',
		},
		credentials: { ...account.credentials, ...key.credentials },
	};
	return await client.saveWorkflow(chain(name, [trigger, { id: randomUUID(), ...last }]));
}

type Listed = Omit<StoredExecution, 'data'> & { startedAt: string };

/** Everything that was handed over to one workflow so far. Reads each finished execution once. */
export class Deliveries {
	private readonly known = new Map<string, Delivery[]>();

	constructor(
		private readonly stage: Pick<TestStage, 'client'>,
		private readonly workflow: Workflow,
	) {}

	async collect(): Promise<{ delivered: Delivery[]; isIdle: boolean }> {
		const { client } = this.stage;
		const filter = encodeURIComponent(JSON.stringify({ workflowId: this.workflow.id }));
		const path = `/executions?limit=100&filter=${filter}`;
		const { results } = await client.call<{ results: Listed[] }>('GET', path);
		const open = results.filter(({ status }) => ['new', 'running', 'waiting'].includes(status));
		for (const listed of results) {
			if (this.known.has(listed.id) || open.includes(listed)) continue;
			const { data } = await client.execution(listed.id);
			const items = data.resultData.runData[TRIGGER]?.[0].data?.main?.[0] ?? [];
			const { id: executionId, status } = listed;
			const startedMs = Date.parse(listed.startedAt);
			this.known.set(
				executionId,
				items.map((item) => ({ executionId, status, startedMs, item })),
			);
		}
		return { delivered: [...this.known.values()].flat(), isIdle: open.length === 0 };
	}
}
