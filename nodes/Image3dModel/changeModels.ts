/** One run of the node: every item's GLB through the operation that was chosen, one after the other. */
import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { type Outcome, aboutTask, badInput, fail, succeed } from '../shared/core/failure';
import { runItems } from '../shared/n8n/items/itemLoop';
import type { OutputItem } from '../shared/n8n/items/putOut';
import { readWhole } from '../shared/n8n/files/storedFile';
import { type ItemParameters, type NodeRun, bindRun } from '../shared/n8n/items/nodeRun';
import { type NewFile, type Operation, operations } from './operations';

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
	const operate = operations[operation];
	if (operate === undefined)
		return badInput(`There is no operation "${operation}"`, 'Choose one of the list.');
	const found = findFile(parameters);
	if (!found.ok) return found;
	const file = found.value;
	const item = parameters.input!;
	const result = await operate({
		parameters,
		signal: cancelled,
		glb: await readWhole(files, file),
		fileName: file.fileName ?? 'model.glb',
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

/**
 * The file of an item: the field's name as a rule; an expression may also give a file of another step itself, since what
 * calls a tool hands on no files.
 */
function findFile(parameters: ItemParameters): Outcome<IBinaryData> {
	const given = parameters.get('binaryPropertyName', 'data');
	if (isFile(given)) return succeed(given);
	const field = readField(parameters, 'binaryPropertyName');
	const files = parameters.input?.binary ?? {};
	const file = Object.hasOwn(files, field) ? files[field] : undefined;
	if (file !== undefined) return succeed(file);
	const fields = Object.keys(files);
	return badInput(
		`The item has no file in the field "${field}"`,
		fields.length === 0
			? 'It has no files. An earlier step must add the GLB file.'
			: `It has: ${fields.join(', ')}.`,
	);
}

function isFile(value: unknown): value is IBinaryData {
	if (typeof value !== 'object' || value === null) return false;
	const { id, data } = value as Partial<IBinaryData>;
	// n8n leaves the data out where an expression names a file, and the file's id in.
	return typeof id === 'string' || typeof data === 'string';
}

function readField({ get }: ItemParameters, name: string): string {
	return String(get(name, 'data') ?? '').trim() || 'data';
}
