/** One run of the node: every item's GLB through the operation that was chosen, one after the other. */
import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { type Outcome, badInput, succeed } from '../shared/core/failure';
import { type OutputItem, runItems } from '../shared/n8n/items/itemLoop';
import { readWhole } from '../shared/n8n/files/storedFile';
import { isToolCall } from '../shared/n8n/items/agentTool';
import { type NewFile, type Operation, operations } from './operations';

/** One at a time: a model is held in memory while it is worked on. */
const LANES = 1;

/**
 * The new items, each paired with its own. Throws n8n's error for an item that fails, unless the user lets the node go
 * on.
 */
export async function changeAll(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await runItems(context, LANES, async (index) => await changeOne(context, index));
}

async function changeOne(context: IExecuteFunctions, index: number): Promise<Outcome<OutputItem>> {
	const operation = context.getNodeParameter('operation', index) as Operation;
	const operate = operations[operation];
	if (operate === undefined)
		return badInput(`There is no operation "${operation}"`, 'Choose one of the list.');
	const found = findFile(context, index);
	if (!found.ok) return found;
	const file = found.value;
	const item = context.getInputData()[index];
	const result = await operate({
		context,
		index,
		glb: await readWhole(context, file),
		fileName: file.fileName ?? 'model.glb',
	});
	if (!result.ok) return result;
	const { json, files } = result.value;
	const output: OutputItem = { json: { ...item.json, ...json } as IDataObject };
	// A tool answers in JSON only.
	if (isToolCall(context)) return succeed(output);
	const stored = await Promise.all(
		files.map(
			async ({ data, name, mimeType }: NewFile) =>
				await context.helpers.prepareBinaryData(
					Buffer.from(data.buffer, data.byteOffset, data.byteLength),
					name,
					mimeType,
				),
		),
	);
	const target = readField(context, index, 'outputBinaryField');
	const binary = { ...item.binary, ...(stored.length === 0 ? {} : { [target]: stored[0] }) };
	return succeed({ ...output, binary });
}

/**
 * The file of an item: the field's name as a rule; an expression may also give a file of another step itself, since what
 * calls a tool hands on no files.
 */
function findFile(context: IExecuteFunctions, index: number): Outcome<IBinaryData> {
	const given: unknown = context.getNodeParameter('binaryPropertyName', index, 'data');
	if (isFile(given)) return succeed(given);
	const field = readField(context, index, 'binaryPropertyName');
	const files = context.getInputData()[index].binary ?? {};
	const file = Object.hasOwn(files, field) ? files[field] : undefined;
	if (file !== undefined) return succeed(file);
	const fields = Object.keys(files);
	return badInput(
		`The item has no file in the field "${field}"`,
		fields.length === 0
			? 'It has no files at all; an earlier step has to bring the GLB along.'
			: `It has: ${fields.join(', ')}.`,
	);
}

function isFile(value: unknown): value is IBinaryData {
	if (typeof value !== 'object' || value === null) return false;
	const { id, data } = value as Partial<IBinaryData>;
	// n8n leaves the data out where an expression names a file, and the file's id in.
	return typeof id === 'string' || typeof data === 'string';
}

function readField(context: IExecuteFunctions, index: number, name: string): string {
	return String(context.getNodeParameter(name, index, 'data') ?? '').trim() || 'data';
}
