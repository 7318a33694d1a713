/** One run of the node: every item's GLB through the operation that was chosen, one after the other. */
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { type Outcome, badInput, succeed } from '../shared/core/failure';
import { type OutputItem, runItems } from '../shared/n8n/items';
import { readWhole } from '../shared/n8n/storedFile';
import { isToolCall } from '../shared/n8n/tool';
import { type NewFile, type Operation, operations } from './operations';

/** One at a time: a model is held in memory while it is worked on. */
const LANES = 1;

export async function changeAll(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await runItems(context, LANES, async (index) => await changeOne(context, index));
}

async function changeOne(context: IExecuteFunctions, index: number): Promise<Outcome<OutputItem>> {
	const operate = operations[context.getNodeParameter('operation', index) as Operation];
	const field = readField(context, index, 'binaryPropertyName');
	const item = context.getInputData()[index];
	const file = item.binary?.[field];
	if (file === undefined) {
		const fields = Object.keys(item.binary ?? {});
		return badInput(
			`The item has no file in the field "${field}"`,
			fields.length === 0 ? 'It has no files at all.' : `It has: ${fields.join(', ')}.`,
		);
	}
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

function readField(context: IExecuteFunctions, index: number, name: string): string {
	return String(context.getNodeParameter(name, index, 'data') ?? '').trim() || 'data';
}
