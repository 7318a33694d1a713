/** One run of the node: how far a task is, or its finished model. Free of charge. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { fetchStatusWithRetry } from '../shared/core/api/fetchStatus';
import { type Outcome, fail, succeed } from '../shared/core/failure';
import { toStem } from '../shared/core/delivery/modelFileName';
import { assumeSubmittedMs } from '../shared/core/polling/schedule';
import { type Task, checkTaskId, failureOfTask } from '../shared/core/api/task';
import { fileNameIn, readToldName } from '../shared/core/delivery/taskName';
import { waitForTask } from '../shared/core/polling/waitForTask';
import { type OutputItem, mapItems, putOut } from '../shared/n8n/items/itemLoop';
import { deliverModel } from '../shared/n8n/files/deliverModel';
import { ModelNames } from '../shared/n8n/files/modelNames';
import { type NodeService, openService } from '../shared/n8n/http/openService';
import { simplifyItem } from '../shared/n8n/items/simplifyItem';
import { type TaskOptions, readConcurrency, readTaskOptions } from '../shared/n8n/fields/readOptions';
import { answerAgent, toToolOptions } from '../shared/n8n/items/agentTool';
import { type ItemParameters, type NodeRun, bindRun } from '../shared/n8n/items/nodeRun';

/** What all items of one run share. */
interface StatusRun extends NodeRun {
	service: NodeService;
	names: ModelNames;
}

/** Puts out one item per input item, in its order. */
export async function readAll(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const service = await openService(context);
	const node = bindRun(context);
	const names = new ModelNames(node, {
		wishOf: (index) => readWishedName(node.parametersOf(index)),
		ownerOf: (index) => String(node.parametersOf(index).get('taskId')),
	});
	const run = Object.assign(node, { service, names });
	const lanes = readConcurrency(run.parametersOf(0).readOptions());
	const results = await mapItems(run, lanes, async (index) => await readOne(run, index));
	return putOut(run, results, (index) => fileNameIn(run.parametersOf(index).input?.json ?? {}));
}

async function readOne(run: StatusRun, index: number): Promise<Outcome<OutputItem>> {
	const { isTool, service, names } = run;
	const parameters = run.parametersOf(index);
	const taskId = checkTaskId(parameters.get('taskId'));
	if (!taskId.ok) return taskId;
	const ownOptions = readTaskOptions(parameters, parameters.readOptions());
	const options = isTool ? toToolOptions(ownOptions) : ownOptions;
	const known = (parameters.input?.json ?? {}) as IDataObject;
	const outcome = await lookAt(service, taskId.value, options, known);
	if (!outcome.ok) return isTool ? answerAgent(outcome.failure) : outcome;
	const { task, ...timing } = outcome.value;
	if (task.status === 'failed') return fail(failureOfTask(task));
	const json = { ...(task.fields as IDataObject), ...describeRequest(known, task), ...timing };
	const item =
		task.status !== 'success' || !options.downloads
			? succeed({ json })
			: await deliverModel(service, task, json, {
					...options,
					fileName: await names.nameOf(index, task.taskId),
				});
	return simplifyItem(item, options.simplifies);
}

/** As the user wishes, else as the item tells that Image3D Generate, or a table, gave for this task. */
function readWishedName(parameters: ItemParameters): string | undefined {
	const { fileName } = parameters.readOptions();
	const wish = fileName === undefined ? undefined : toStem(String(fileName));
	if (wish !== undefined) return wish;
	const item = parameters.input?.json ?? {};
	const isOfTask = String(item.task_id) === String(parameters.get('taskId'));
	return isOfTask ? readToldName(item)?.stem : undefined;
}

async function lookAt(
	service: NodeService,
	taskId: string,
	options: TaskOptions,
	known: IDataObject,
): Promise<Outcome<{ task: Task; status_checks: number; duration_ms?: number }>> {
	const { clock, cancelled: signal } = service;
	const deadlineMs = clock.now() + options.timeoutMs;
	const sinceMs = clock.now();
	// An item of Image3D Generate: its task was accepted a moment ago.
	const mayLag = String(known.task_id) === taskId && known.mode !== undefined;
	const first = await fetchStatusWithRetry(taskId, service, signal, deadlineMs, mayLag);
	if (!first.outcome.ok) return first.outcome;
	const task = first.outcome.value;
	const hasEnded = task.status === 'success' || task.status === 'failed';
	if (hasEnded || !options.waits) return succeed({ task, status_checks: first.checks });
	const tier = typeof known.quality === 'string' ? known.quality : undefined;
	const watched = await waitForTask(
		{ taskId, quality: tier, sinceMs: assumeSubmittedMs(tier, task.progress, clock.now()) },
		service,
		{ timeoutMs: options.timeoutMs, pollIntervalMs: options.pollIntervalMs, signal },
	);
	if (!watched.ok) return watched;
	const { endedMs, statusChecks } = watched.value;
	return succeed({
		task: watched.value.task,
		status_checks: first.checks + statusChecks,
		duration_ms: endedMs - sinceMs,
	});
}

/** Mode and quality, which a status answer leaves out, from the item of Image3D Generate where it is the input. */
function describeRequest(input: IDataObject, task: Task): IDataObject {
	if (String(input.task_id) !== task.taskId) return {};
	return {
		...(input.mode === undefined ? {} : { mode: input.mode }),
		...(input.quality === undefined ? {} : { quality: input.quality }),
	};
}
