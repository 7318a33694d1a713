/**
 * A picture that an earlier step put into the item as a file: the item's files in, the source out. Fails where the item has
 * none in the field; its bytes stay in n8n's storage until they are loaded.
 */
import type { IBinaryData, IBinaryKeyData } from 'n8n-workflow';
import { findBinaryField } from '../../core/inputImage/binaryField';
import { type Outcome, succeed } from '../../core/failure';
import { FORMAT_HEAD_BYTES } from '../../core/inputImage/imageFormat';
import {
	MAX_PICTURE_BYTES,
	checkPicture,
	checkPictureHead,
	checkPictureSize,
} from '../../core/inputImage/inputImage';
import type { ImageSource } from './imageSource';
import { bytesInBase64 } from './pastedImage';
import type { StoredFiles } from './storedFile';

/** The file that *Input Binary Field* means among an item's. `loadFile` loads the whole of one. */
export function attachedImage(
	wanted: string,
	binary: IBinaryKeyData,
	loadFile: (field: string) => Promise<Buffer>,
): Outcome<ImageSource> {
	const field = findBinaryField(wanted.trim(), Object.keys(binary));
	if (!field.ok) return field;
	const file = binary[field.value];
	const said = `in "${field.value}"`;
	const load = async () => checkPicture(await loadFile(field.value), said);
	return succeed({
		fileName: file.fileName === '' ? undefined : file.fileName,
		place: file.id,
		findProblem: async ({ files }) =>
			file.id === undefined ? await load() : await findProblem(file.id, files, said),
		estimateBytes: async ({ files }) => await estimateBytes(file, files),
		load,
	});
}

/** What is wrong with a stored file, found by its size and its first bytes; undefined for nothing. */
async function findProblem(
	id: string,
	files: StoredFiles,
	place: string,
): Promise<Outcome<never> | undefined> {
	const { fileSize } = await files.getBinaryMetadata(id);
	const wrongSize = checkPictureSize(fileSize, place);
	if (wrongSize !== undefined) return wrongSize;
	for await (const head of await files.getBinaryStream(id, FORMAT_HEAD_BYTES)) {
		return checkPictureHead(head as Uint8Array, place);
	}
	return checkPictureSize(0, place);
}

/** The size of the file, where n8n's storage tells it without loading it; one inside the item is there already. */
async function estimateBytes({ id, data }: IBinaryData, files: StoredFiles): Promise<number> {
	if (id === undefined) return Math.min(bytesInBase64(data), MAX_PICTURE_BYTES);
	// A file that is gone is told when it is read.
	const size = await files.getBinaryMetadata(id).then(
		({ fileSize }) => fileSize,
		() => undefined,
	);
	return Math.min(size ?? MAX_PICTURE_BYTES, MAX_PICTURE_BYTES);
}
