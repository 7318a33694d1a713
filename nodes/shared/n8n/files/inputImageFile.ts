/**
 * A picture that an earlier step put into the item as a file: the item in, the file and how to load it out. Fails where it
 * has none.
 */
import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';
import { findBinaryField } from '../../core/inputImage/binaryField';
import { type Outcome, succeed } from '../../core/failure';
import { FORMAT_HEAD_BYTES } from '../../core/inputImage/imageFormat';
import {
	type Picture,
	checkPicture,
	checkPictureHead,
	checkPictureSize,
} from '../../core/inputImage/inputImage';
import type { StoredFiles } from './storedFile';

/** Where a file is; its bytes stay in n8n's storage until they are loaded. */
export interface FoundFile {
	/** The name that the item has for it. */
	field: string;
	file: IBinaryData;
	/** The whole file. */
	load(): Promise<Buffer>;
}

/** The file that *Input Binary Field* means in an item. `load` loads a field of it. */
export function findPictureFile(
	wanted: string,
	item: INodeExecutionData | undefined,
	load: (field: string) => Promise<Buffer>,
): Outcome<FoundFile> {
	const binary = item?.binary ?? {};
	const field = findBinaryField(wanted.trim(), Object.keys(binary));
	if (!field.ok) return field;
	const { value } = field;
	return succeed({ field: value, file: binary[value], load: async () => await load(value) });
}

/** The whole picture. */
export async function readPictureFile({ field, load }: FoundFile): Promise<Outcome<Picture>> {
	return checkPicture(await load(), placeOf(field));
}

/** What is wrong with the file, found by its size and its first bytes; undefined for nothing. */
export async function findFileProblem(
	found: FoundFile,
	files: StoredFiles,
): Promise<Outcome<unknown> | undefined> {
	const { field, file } = found;
	if (file.id === undefined) return await readPictureFile(found);
	const place = placeOf(field);
	const { fileSize } = await files.getBinaryMetadata(file.id);
	const wrongSize = checkPictureSize(fileSize, place);
	if (wrongSize !== undefined) return wrongSize;
	for await (const head of await files.getBinaryStream(file.id, FORMAT_HEAD_BYTES)) {
		return checkPictureHead(head as Uint8Array, place);
	}
	return checkPictureSize(0, place);
}

/** The size of the file, where n8n's storage tells it without loading it. */
export async function sizeOfPictureFile(
	{ file }: FoundFile,
	files: StoredFiles,
): Promise<number | undefined> {
	if (file.id === undefined) return undefined;
	// A file that is gone is told when it is read.
	return await files.getBinaryMetadata(file.id).then(
		({ fileSize }) => fileSize,
		() => undefined,
	);
}

function placeOf(field: string): string {
	return `in "${field}"`;
}
