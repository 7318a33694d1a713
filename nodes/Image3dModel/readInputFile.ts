/** The GLB of an item: the field that names it, or an expression that gives it, in; its bytes and its name out. */
import type { IBinaryData } from 'n8n-workflow';
import { type Outcome, badInput, succeed } from '../shared/core/failure';
import { inMegabytes } from '../shared/core/report/counted';
import { type StoredFiles, readWhole } from '../shared/n8n/files/storedFile';
import type { ItemParameters } from '../shared/n8n/items/nodeRun';

/** A file in memory. */
export interface InputFile {
	bytes: Uint8Array;
	name: string;
}

/** Largest file that is read into memory, bytes: larger models cannot be changed either way. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** Fails with `badInput` where there is no file, or none that can be read. */
export async function readInputFile(
	parameters: ItemParameters,
	files: StoredFiles,
): Promise<Outcome<InputFile>> {
	const found = findFile(parameters);
	if (!found.ok) return found;
	const file = found.value;
	const name = file.fileName ?? 'model.glb';
	try {
		const size = await sizeOf(files, file);
		if (size > MAX_FILE_BYTES)
			return badInput(
				`The file has ${inMegabytes(size)}, more than this node takes into memory`,
				`Models of up to ${inMegabytes(MAX_FILE_BYTES)} can be worked on.`,
			);
		return succeed({ bytes: await readWhole(files, file), name });
	} catch {
		return badInput(
			`n8n no longer has the file "${name}"`,
			'n8n deletes old files with their executions. Run the step that made the file again.',
		);
	}
}

/** The name of a field as the user filled it in; an empty one is the usual. */
export function readField({ get }: ItemParameters, name: string): string {
	return String(get(name, 'data') ?? '').trim() || 'data';
}

/**
 * The file of an item: the field's name as a rule; an expression may also give a file of another step itself, since what
 * calls a tool hands on no files.
 */
function findFile(parameters: ItemParameters): Outcome<IBinaryData> {
	const given = parameters.get('binaryPropertyName', 'data');
	if (isFile(given)) return succeed(given);
	if (typeof given === 'object' && given !== null)
		return badInput(
			'"Input Binary Field" is neither the name of a field nor a file',
			'Enter the name of the field, such as data, or an expression that returns one file: {{ $binary.data }}.',
		);
	const field = readField(parameters, 'binaryPropertyName');
	const files = parameters.input?.binary ?? {};
	const file = Object.hasOwn(files, field) ? files[field] : undefined;
	if (file !== undefined) return succeed(file);
	const fields = Object.keys(files);
	const choice = fields.length === 1 ? 'this name' : 'one of these names';
	return badInput(
		`The item has no file in the field "${field}"`,
		fields.length === 0
			? 'It has no files. An earlier step must add the GLB file.'
			: `It has: ${fields.join(', ')}. Enter ${choice} in "Input Binary Field".`,
	);
}

function isFile(value: unknown): value is IBinaryData {
	if (typeof value !== 'object' || value === null) return false;
	const { id, data } = value as Partial<IBinaryData>;
	// n8n leaves the data out where an expression names a file, and the file's id in.
	return typeof id === 'string' || typeof data === 'string';
}

/** Bytes; where n8n keeps the file elsewhere it is asked, so that too large a file is never read. */
async function sizeOf(files: StoredFiles, { id, data }: IBinaryData): Promise<number> {
	if (id === undefined) return Buffer.byteLength(data, 'base64');
	return (await files.getBinaryMetadata(id)).fileSize;
}
