/** What an item asks for: its parameters in, each read once; out comes what is kept for its turn. Fails where it names no task. */
import type { IDataObject } from 'n8n-workflow';
import { checkTaskId } from '../shared/core/api/task';
import { toStem } from '../shared/core/delivery/modelFileName';
import { fileNameIn, readToldName } from '../shared/core/delivery/taskName';
import { type Outcome, fail, succeed } from '../shared/core/failure';
import { type TaskOptions, readTaskOptions } from '../shared/n8n/fields/readOptions';
import { toToolOptions } from '../shared/n8n/items/agentTool';
import { attempt } from '../shared/n8n/items/attempt';
import { unexpected } from '../shared/n8n/items/itemLoop';
import type { ItemParameters, NodeRun } from '../shared/n8n/items/nodeRun';

/** What an item asks for. */
export interface TaskRequest {
	index: number;
	taskId: string;
	options: TaskOptions;
	/** The quality that the item names, for whatever task: it tells how long this one may take. */
	quality?: string;
	/** Mode and quality, which a status answer leaves out, from an item of Image3D Generate that speaks of this task. */
	told: IDataObject;
}

/** All that an item says, for as long as the run takes. */
export interface TaskInput {
	/** The file that the item speaks of. */
	fileName?: string;
	/** What its model would be called. */
	wishedName?: string;
	/** What stands in the field of the task id. */
	owner?: string;
	request: Outcome<TaskRequest>;
}

/** Reads item `index`. Never throws. */
export function readItem(run: NodeRun, index: number): TaskInput {
	const parameters = run.parametersOf(index);
	const names = {
		fileName: fileNameIn(itemOf(parameters)),
		wishedName: attempt(() => readWishedName(parameters)),
		owner: attempt(() => String(parameters.get('taskId'))),
	};
	try {
		return { ...names, request: readRequest(run, index, parameters) };
	} catch (error) {
		return { ...names, request: fail(unexpected(error)) };
	}
}

function readRequest({ isTool }: NodeRun, index: number, parameters: ItemParameters): Outcome<TaskRequest> {
	const checked = checkTaskId(parameters.get('taskId'));
	if (!checked.ok) return checked;
	const taskId = checked.value;
	const options = readTaskOptions(parameters, parameters.readOptions());
	const item = itemOf(parameters);
	return succeed({
		index,
		taskId,
		options: isTool ? toToolOptions(options) : options,
		...(typeof item.quality === 'string' ? { quality: item.quality } : {}),
		told: String(item.task_id) === taskId ? pick(item, ['mode', 'quality']) : {},
	});
}

/** As the user wishes, else as the item tells that Image3D Generate, or a table, gave for this task. */
function readWishedName(parameters: ItemParameters): string | undefined {
	const { fileName } = parameters.readOptions();
	const wish = fileName === undefined ? undefined : toStem(String(fileName));
	if (wish !== undefined) return wish;
	const item = itemOf(parameters);
	const isOfTask = String(item.task_id) === String(parameters.get('taskId'));
	return isOfTask ? readToldName(item)?.stem : undefined;
}

function itemOf({ input }: ItemParameters): IDataObject {
	return input?.json ?? {};
}

function pick(item: IDataObject, names: readonly string[]): IDataObject {
	return Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])));
}
