/**
 * An activated polling trigger. Polls go through n8n-core's PollTriggerExecutor and PollContext; static data is saved
 * when n8n's server saves it: with an emit, and once after the poll that an activation makes.
 */
import { PollContext, PollTriggerExecutor } from 'n8n-core';
import {
	deepCopy,
	Workflow,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type IWorkflowBase,
	type WorkflowActivateMode,
} from 'n8n-workflow';

import { createAdditionalData } from './additionalData';
import type { EngineParts } from './execution';
import { Container } from './n8nCoreModules';
import type { NodeClass } from './nodeTypes';
import { stageCursor } from './pollCursor';
import { toWorkflowData } from './workflowInput';

export interface PollerOptions {
	parameters?: INodeParameters;
	/** Credential ids by credential type. */
	credentials?: Record<string, string>;
	/** The node's static data as the database holds it before the first poll. */
	staticData?: IDataObject;
	workflowId?: string;
	typeVersion?: number;
	/** Milliseconds that n8n grants a poll; n8n's 300 000 unless told. `null`: an n8n without `getPollBudgetMs`. */
	pollBudgetMs?: number | null;
	/** `durable` keeps the node's static data in n8n's poll cursor table, saved after every poll that succeeds. */
	cursor?: 'staticData' | 'durable';
	/**
	 * n8n's scheduler makes the polls: each has a context of its own and the static data as the database holds it. Without
	 * a durable cursor what a poll that emits nothing has noted is lost with it.
	 */
	scheduler?: boolean;
}

export interface PollResult {
	/** What the poll emitted; null when it emitted nothing. */
	items: INodeExecutionData[][] | null;
	/** The node's static data in the server's memory after the poll. */
	staticData: IDataObject;
	/** The node's static data in the database after the poll: what a restart finds. */
	stored: IDataObject;
	error?: Error;
}

export class Poller {
	private readonly workflowData: IWorkflowBase;

	private readonly nodeKey: string;

	private emitted: INodeExecutionData[][] | null = null;

	private error?: Error;

	private active!: { workflow: Workflow; node: INode; execute: (isActivation?: boolean) => Promise<void> };

	constructor(
		private readonly parts: EngineParts,
		type: NodeClass | string,
		private readonly options: PollerOptions,
		credentials: INode['credentials'],
	) {
		const { parameters, staticData, typeVersion, workflowId } = options;
		const name = 'Trigger';
		const version = typeVersion !== undefined && { typeVersion };
		const nodes = [{ name, type, parameters, credentials, ...version }];
		this.workflowData = toWorkflowData({ id: workflowId ?? 'polled-workflow', nodes }, parts.nodeTypes);
		this.nodeKey = `node:${name}`;
		if (staticData) this.save({ [this.nodeKey]: staticData });
		this.load('activate');
	}

	/** One tick of the schedule. A failing poll is reported in the result, as n8n only records it. */
	async poll(): Promise<PollResult> {
		if (this.options.scheduler) this.load('update');
		return await this.tick(false);
	}

	/** The poll that n8n makes at once on activation and after every restart; afterwards it saves the static data. */
	async activate(): Promise<PollResult> {
		return await this.tick(true);
	}

	/**
	 * The server went down and came up: all that was in memory only is gone. n8n then calls `activate` by itself;
	 * a test calls it when it matters.
	 */
	restart(): void {
		this.load('init');
	}

	private load(activation: WorkflowActivateMode): void {
		const { parts, options, workflowData } = this;
		const { database, nodeTypes } = parts;
		const staticData = database.readStaticData(workflowData.id);
		const workflow = new Workflow({ ...deepCopy(workflowData), active: true, staticData, nodeTypes });
		const node = Object.values(workflow.nodes)[0];
		const additionalData = createAdditionalData(parts, { workflowId: workflow.id });
		const cursor =
			options.cursor === 'durable'
				? stageCursor({ read: () => this.stored(), write: (data) => this.save({ [this.nodeKey]: data }) })
				: undefined;
		const budget = options.pollBudgetMs;
		const context = new PollContext(
			workflow,
			node,
			additionalData,
			'trigger',
			activation,
			(items) => {
				this.emitted = items;
				if (cursor) void cursor.commit();
				else this.saveChanges();
			},
			(error) => (this.error = error),
			cursor?.commit,
			cursor?.run,
			cursor?.resolve,
			typeof budget === 'number' ? () => budget : undefined,
		);
		if (budget === null) Reflect.deleteProperty(context, 'getPollBudgetMs');
		const execute = Container.get(PollTriggerExecutor).create(workflow, node, context, () => true);
		this.active = { workflow, node, execute };
	}

	private async tick(isActivation: boolean): Promise<PollResult> {
		this.emitted = null;
		this.error = undefined;
		const { workflow, node, execute } = this.active;
		try {
			await execute(isActivation);
			if (isActivation && this.options.cursor !== 'durable') this.saveChanges();
		} catch (error) {
			this.error = error as Error;
		}
		const stored = this.stored();
		const inMemory = this.options.cursor === 'durable' ? stored : workflow.getStaticData('node', node);
		return { items: this.emitted, staticData: deepCopy(inMemory), stored, error: this.error };
	}

	private stored(): IDataObject {
		return (this.parts.database.readStaticData(this.workflowData.id)[this.nodeKey] ?? {}) as IDataObject;
	}

	private saveChanges(): void {
		const { staticData } = this.active.workflow;
		if (staticData.__dataChanged !== true) return;
		this.save(staticData);
		staticData.__dataChanged = false;
	}

	private save(staticData: IDataObject): void {
		this.parts.database.writeStaticData(this.workflowData.id, staticData);
	}
}
