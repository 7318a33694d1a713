/** One run of the node: every item's GLB through the operation that was chosen, one after the other. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { type Outcome, aboutTask, badInput, fail, succeed } from '../shared/core/failure';
import { runItems } from '../shared/n8n/items/itemLoop';
import type { OutputItem } from '../shared/n8n/items/putOut';
import { type ItemParameters, type NodeRun, bindRun } from '../shared/n8n/items/nodeRun';
import { type NewFile, type Operation, operations } from './operations';
import { readField, readInputFile } from './readInputFile';

/** One at a time: a model is held in memory while it is worked on. */
const LANES = 1;

/**
 * The new items, each paired with its own. Throws n8n's error for an item that fails, unless the user lets the node go
 * on.
 */
export async function changeAll(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const run = bindRun(context);
	return await runItems(run, LANES, async (index) => {
		const parameters = run.parametersOf(index);
		return withTask(await changeOne(run, parameters), parameters.input?.json.task_id);
	});
}

/** A failure says which task has made the model, where the item knows it: that model is paid for, and can be fetched. */
function withTask(outcome: Outcome<OutputItem>, taskId: unknown): Outcome<OutputItem> {
	if (outcome.ok || typeof taskId !== 'string' || taskId === '') return outcome;
	return fail(aboutTask(outcome.failure, taskId));
}

async function changeOne(
	{ files, isTool, cancelled }: NodeRun,
	parameters: ItemParameters,
): Promise<Outcome<OutputItem>> {
	const operation = parameters.get('operation') as Operation;
	const operate = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
	if (operate === undefined)
		return badInput(`There is no operation "${operation}"`, 'Choose one of the list.');
	const file = await readInputFile(parameters, files);
	if (!file.ok) return file;
	const item = parameters.input!;
	const result = await operate({
		parameters,
		signal: cancelled,
		glb: file.value.bytes,
		fileName: file.value.name,
	});
	if (!result.ok) return result;
	const { json, files: made } = result.value;
	const output: OutputItem = { json: { ...item.json, ...json } as IDataObject };
	// A tool answers in JSON only.
	if (isTool) return succeed(output);
	const stored = await Promise.all(
		made.map(
			async ({ data, name, mimeType }: NewFile) =>
				await files.prepareBinaryData(
					Buffer.from(data.buffer, data.byteOffset, data.byteLength),
					name,
					mimeType,
				),
		),
	);
	const target = readField(parameters, 'outputBinaryField');
	const binary = { ...item.binary, ...(stored.length === 0 ? {} : { [target]: stored[0] }) };
	return succeed({ ...output, binary });
}
