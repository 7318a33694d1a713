/**
 * One run of the node: n8n's context in; out comes, in the order of the input, how far each task is, or its finished model.
 * Free of charge. Throws what failed the node.
 */
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { fetchStatusWithRetry } from '../shared/core/api/fetchStatus';
import { type Task, failureOfTask, isFinished } from '../shared/core/api/task';
import { type Outcome, fail, succeed } from '../shared/core/failure';
import { assumeSubmittedMs } from '../shared/core/polling/progressReports';
import { waitForTask } from '../shared/core/polling/waitForTask';
import { readConcurrency } from '../shared/n8n/fields/readOptions';
import { deliverModel } from '../shared/n8n/files/deliverModel';
import { ModelNames } from '../shared/n8n/files/modelNames';
import { type NodeService, openService } from '../shared/n8n/http/openService';
import { answerAgent } from '../shared/n8n/items/agentTool';
import { mapItems } from '../shared/n8n/items/itemLoop';
import { type NodeRun, bindRun } from '../shared/n8n/items/nodeRun';
import { type OutputItem, putOut } from '../shared/n8n/items/putOut';
import { simplifyItem } from '../shared/n8n/items/simplifyItem';
import { paceItems } from '../shared/n8n/timing/stepQueue';
import { type TaskInput, type TaskRequest, readItem } from './readTaskItem';

/** What all items of one run share. */
interface StatusRun extends NodeRun {
	service: NodeService;
	names: ModelNames;
}

/** Puts out one item per input item, in its order. */
export async function readAll(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const service = await openService(context);
	const node = bindRun(context);
	const lanes = readConcurrency(node.parametersOf(0).readOptions());
	const inputs = await readItems(node);
	const names = new ModelNames(node, {
		wishOf: (index) => inputs[index].wishedName,
		ownerOf: (index) => inputs[index].owner,
	});
	const run = Object.assign(node, { service, names });
	const results = await mapItems(run, lanes, async (index) => {
		const { request } = inputs[index];
		return request.ok ? await readOne(run, request.value) : request;
	});
	return putOut(run, results, (index) => inputs[index].fileName);
}

async function readItems(run: NodeRun): Promise<TaskInput[]> {
	const inputs: TaskInput[] = [];
	const pacer = paceItems();
	for (let index = 0; index < run.itemCount; index++) {
		await pacer.pause();
		inputs.push(readItem(run, index));
	}
	return inputs;
}

async function readOne(run: StatusRun, request: TaskRequest): Promise<Outcome<OutputItem>> {
	const { isTool, service, names } = run;
	const { index, options, told } = request;
	const outcome = await checkTask(service, request);
	if (!outcome.ok) return isTool ? answerAgent(outcome.failure) : outcome;
	const { task, ...timing } = outcome.value;
	if (task.status === 'failed') return fail(failureOfTask(task));
	const json = { ...(task.fields as IDataObject), ...told, ...timing };
	if (task.status !== 'success' || !options.downloads)
		return simplifyItem(succeed({ json }), options.simplifies);
	const fileName = await names.nameOf(index, task.taskId);
	const item = await deliverModel(service, task, json, { ...options, fileName });
	return simplifyItem(item, options.simplifies);
}

/** The task as it is now or, where the user waits for it, as it has ended. */
async function checkTask(
	service: NodeService,
	{ taskId, options, quality, told }: TaskRequest,
): Promise<Outcome<{ task: Task; status_checks: number; duration_ms?: number }>> {
	const { clock, cancelled: signal } = service;
	const sinceMs = clock.now();
	const deadlineMs = sinceMs + options.timeoutMs;
	// An item of Image3D Generate: its task was accepted a moment ago.
	const mayLag = told.mode !== undefined;
	const first = await fetchStatusWithRetry(taskId, service, signal, deadlineMs, mayLag);
	if (!first.outcome.ok) return first.outcome;
	const task = first.outcome.value;
	if (isFinished(task) || !options.waits) return succeed({ task, status_checks: first.checks });
	const watched = await waitForTask(
		{ taskId, quality, sinceMs: assumeSubmittedMs(quality, task.progress, clock.now()) },
		service,
		{ timeoutMs: options.timeoutMs, pollIntervalMs: options.pollIntervalMs, signal },
	);
	if (!watched.ok) return watched;
	const { task: ended, endedMs, statusChecks } = watched.value;
	return succeed({
		task: ended,
		status_checks: first.checks + statusChecks,
		duration_ms: endedMs - sinceMs,
	});
}
