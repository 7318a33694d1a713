/** A picture that an earlier step put into the item as a file. */
import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { findBinaryField } from '../../core/inputImage/binaryField';
import { type Outcome, succeed } from '../../core/failure';
import { FORMAT_HEAD_BYTES } from '../../core/inputImage/imageFormat';
import {
	type Picture,
	checkPicture,
	checkPictureHead,
	checkPictureSize,
} from '../../core/inputImage/inputImage';

interface FoundFile {
	/** The name that the item has for it. */
	field: string;
	file: IBinaryData;
}

/** The file that *Input Binary Field* means in item `index`. */
export function findPictureFile(context: IExecuteFunctions, index: number): Outcome<FoundFile> {
	const wanted = String(context.getNodeParameter('binaryPropertyName', index, 'data') ?? '').trim();
	const binary = context.getInputData()[index]?.binary ?? {};
	const field = findBinaryField(wanted, Object.keys(binary));
	return field.ok ? succeed({ field: field.value, file: binary[field.value] }) : field;
}

/** The whole picture. */
export async function readPictureFile(context: IExecuteFunctions, index: number): Promise<Outcome<Picture>> {
	const found = findPictureFile(context, index);
	if (!found.ok) return found;
	const { field } = found.value;
	return checkPicture(await context.helpers.getBinaryDataBuffer(index, field), placeOf(field));
}

/** What is wrong with the file, found by its size and its first bytes; undefined for nothing. */
export async function findFileProblem(
	context: IExecuteFunctions,
	index: number,
): Promise<Outcome<unknown> | undefined> {
	const found = findPictureFile(context, index);
	if (!found.ok) return found;
	const { field, file } = found.value;
	if (file.id === undefined) return await readPictureFile(context, index);
	const place = placeOf(field);
	const { fileSize } = await context.helpers.getBinaryMetadata(file.id);
	const wrongSize = checkPictureSize(fileSize, place);
	if (wrongSize !== undefined) return wrongSize;
	for await (const head of await context.helpers.getBinaryStream(file.id, FORMAT_HEAD_BYTES)) {
		return checkPictureHead(head as Uint8Array, place);
	}
	return checkPictureSize(0, place);
}

/** The size of the file, where n8n's storage tells it without loading it. */
export async function sizeOfPictureFile(
	context: IExecuteFunctions,
	index: number,
): Promise<number | undefined> {
	const found = findPictureFile(context, index);
	const id = found.ok ? found.value.file.id : undefined;
	if (id === undefined) return undefined;
	// A file that is gone is told when it is read.
	return await context.helpers.getBinaryMetadata(id).then(
		({ fileSize }) => fileSize,
		() => undefined,
	);
}

function placeOf(field: string): string {
	return `in "${field}"`;
}
