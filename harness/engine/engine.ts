/** n8n-core's engine in this process, with a test's node and credential classes: the one object that tests hold. */
import { BinaryDataService, prepareBinaryData } from 'n8n-core';
import type { IBinaryData } from 'n8n-workflow';
import type { Readable } from 'node:stream';

import { CredentialDialog } from './credentialForm';
import { CredentialsHelper } from './credentialsHelper';
import { CredentialStore } from './credentialStore';
import { CredentialTypes, type CredentialClass } from './credentialTypes';
import { listSearch, loadOptions, type EditorRequest, type ListSearchRequest } from './editorRequests';
import { retryExecution, runWorkflow, type EngineParts, type RunOptions } from './execution';
import { openInstance, type BinaryMode, type Instance, type LogLine } from './instance';
import { Container } from './n8nCoreModules';
import { NodeTypes, type NodeClass } from './nodeTypes';
import { Poller, type PollerOptions } from './poller';
import type { ProcessedData } from './processedData';
import { runNode, toNodeResult, type NodeResult, type RunNodeOptions } from './runNode';
import type { RunResult } from './runResult';
import { WorkflowDatabase } from './workflowDatabase';
import type { WorkflowInput } from './workflowInput';

export interface EngineOptions {
	nodes: NodeClass[];
	credentialTypes?: CredentialClass[];
	/** `filesystem` unless told, as in n8n. */
	binaryMode?: BinaryMode;
	/** Executions are counted on from here, as by a database that knows earlier ones. */
	firstExecution?: number;
}

/** Starts the engine; about a second in a fresh process. One at a time per test file: `close` it in `afterAll`. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
	return new Engine(await openInstance(options.binaryMode ?? 'filesystem'), options);
}

export class Engine {
	readonly credentials: CredentialDialog;

	readonly nodeTypes: NodeTypes;

	private readonly parts: EngineParts;

	constructor(
		private readonly instance: Instance,
		{ nodes, credentialTypes = [], firstExecution }: EngineOptions,
	) {
		this.nodeTypes = new NodeTypes(nodes);
		const types = new CredentialTypes(credentialTypes);
		const store = new CredentialStore();
		this.parts = {
			nodeTypes: this.nodeTypes,
			credentialsHelper: new CredentialsHelper(types, store),
			database: new WorkflowDatabase(firstExecution),
		};
		this.credentials = new CredentialDialog(this.parts, store, types);
	}

	/** All that n8n and the nodes logged since the start, from level debug. */
	get logs(): LogLine[] {
		return this.instance.logs;
	}

	/** n8n's table of processed data, and what goes wrong with it. */
	get processedData(): ProcessedData {
		return this.instance.processedData;
	}

	/** Of the execution that was started last, which may still run. */
	get lastExecutionId(): string {
		return this.parts.database.lastExecutionId;
	}

	/** Runs a workflow to its end; a failing node is in the result, not a rejection. */
	async run(workflow: WorkflowInput, options?: RunOptions): Promise<RunResult> {
		return await runWorkflow(this.parts, workflow, options);
	}

	/** Runs one node on items; a failing node is in the result, not a rejection. */
	async runNode(type: NodeClass | string, options: RunNodeOptions = {}): Promise<NodeResult> {
		return await runNode(this.parts, type, options, this.credentials.toReferences);
	}

	/** *Retry* of a failed execution; with `current` as *Retry with currently saved workflow*. */
	async retry(
		previous: RunResult,
		options?: { current?: WorkflowInput; signal?: AbortSignal },
	): Promise<RunResult> {
		return await retryExecution(this.parts, previous.executionId, options);
	}

	/** A crash before n8n had saved anything of the execution but what it began with; not of a manual one. Returns its id. */
	loseExecution(executionId: string): string {
		this.parts.database.loseExecution(executionId);
		return executionId;
	}

	/** What a database that outlives this process has of an execution which is running. */
	exportStart(executionId: string): string {
		return this.parts.database.exportStart(executionId);
	}

	/** An execution that died in another process with the same database. Returns its id, for `retryById`. */
	importLost(row: string): string {
		return this.parts.database.importLost(row);
	}

	/** *Retry* of an execution by its id: also of one that died, of which n8n has kept what it began with. */
	async retryById(executionId: string, options?: { signal?: AbortSignal }): Promise<NodeResult> {
		return toNodeResult(await retryExecution(this.parts, executionId, options));
	}

	/** *Retry* of a failed `runNode`. */
	async retryNode(previous: NodeResult, options?: { signal?: AbortSignal }): Promise<NodeResult> {
		return toNodeResult(await this.retry(previous.result, options));
	}

	/** A polling trigger, activated: its state lives on from poll to poll. */
	poller(type: NodeClass | string, options: PollerOptions = {}): Poller {
		return new Poller(this.parts, type, options, this.credentials.toReferences(options.credentials));
	}

	/** *Fetch Test Event*: one manual poll; the static data that it changes is not saved. `items` is null for none. */
	async pollManually(type: NodeClass | string, options: Omit<PollerOptions, 'pollBudgetMs' | 'cursor'> = {}) {
		const { parameters, credentials, staticData, typeVersion, workflowId = 'manual-poll' } = options;
		if (staticData) this.parts.database.writeStaticData(workflowId, { 'node:Trigger': staticData });
		const node = {
			name: 'Trigger',
			type,
			parameters,
			credentials: this.credentials.toReferences(credentials),
			...(typeVersion !== undefined && { typeVersion }),
		};
		const result = await this.run({ id: workflowId, nodes: [node] }, { startNode: 'Trigger' });
		const outputs = result.outputs('Trigger');
		return { items: outputs.length > 0 ? outputs : null, error: result.error(), result };
	}

	/** Runs `methods.listSearch[methodName]` as the editor does for a *From list* field. */
	async listSearch(type: NodeClass | string, methodName: string, request: ListSearchRequest = {}) {
		const references = this.credentials.toReferences(request.credentials);
		return await listSearch(this.parts, type, methodName, request, references);
	}

	/** Runs `methods.loadOptions[methodName]` as the editor does for a drop-down. */
	async loadOptions(type: NodeClass | string, methodName: string, request: EditorRequest = {}) {
		const references = this.credentials.toReferences(request.credentials);
		return await loadOptions(this.parts, type, methodName, request, references);
	}

	/** Binary data for an input item, stored through n8n's binary data service. */
	async binary(
		content: Buffer | Readable,
		{ mimeType, fileName }: { mimeType: string; fileName?: string },
	): Promise<IBinaryData> {
		return await prepareBinaryData(content, 'input', 'input-workflow', fileName, mimeType);
	}

	/** What n8n's pruning of old executions does to all files that `binary` has stored. */
	async pruneBinary(): Promise<void> {
		await Container.get(BinaryDataService).deleteMany([
			{ type: 'execution', workflowId: 'input-workflow', executionId: 'input' },
		]);
	}

	/** The bytes behind an item's binary field, wherever they are. */
	async readBinary(data: IBinaryData): Promise<Buffer> {
		return await Container.get(BinaryDataService).getAsBuffer(data);
	}

	/** As `readBinary` for big files; only for data that is not inline. */
	async streamBinary(data: IBinaryData): Promise<Readable> {
		if (!data.id) throw new Error('Inline binary data has no stream');
		return await Container.get(BinaryDataService).getAsStream(data.id);
	}

	/** Removes the temporary folder and n8n-core's services. */
	async close(): Promise<void> {
		await this.instance.close();
	}
}
