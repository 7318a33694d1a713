/** A picture that an earlier step put into the item as a file: the file in, the source out; its bytes stay in n8n's storage. */
import type { IBinaryData } from 'n8n-workflow';
import type { Outcome } from '../../core/failure';
import { FORMAT_HEAD_BYTES } from '../../core/inputImage/imageFormat';
import {
	MAX_PICTURE_BYTES,
	checkPicture,
	checkPictureHead,
	checkPictureSize,
} from '../../core/inputImage/inputImage';
import type { ImageSource } from './imageSource';
import { bytesInBase64 } from './pastedImage';
import { readingFailed } from './storageFailure';
import type { StoredFiles } from './storedFile';

/** The source of the picture in the field of this name. `loadFile` loads the whole file. */
export function attachedImage(
	field: string,
	file: IBinaryData,
	loadFile: (field: string) => Promise<Buffer>,
): ImageSource {
	const place = `in "${field}"`;
	const load = async () =>
		await loadFile(field)
			.then((bytes) => checkPicture(bytes, place))
			.catch(readingFailed);
	const { id } = file;
	return {
		fileName: file.fileName === '' ? undefined : file.fileName,
		place: id,
		estimateBytes: async ({ files }) => await estimateBytes(file, files),
		findProblem: async ({ files }) =>
			id === undefined ? await load() : await findProblem(id, files, place).catch(readingFailed),
		load,
	};
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

/**
 * The size of the file, where n8n's storage tells it without loading it; one inside the item is there already. Where nobody
 * tells it, or it is none (whatever a Code node has put there), that is told when the file is read.
 */
async function estimateBytes({ id, data }: IBinaryData, files: StoredFiles): Promise<number> {
	const size = id === undefined ? sizeOf(data) : await sizeInStorage(id, files).catch(() => undefined);
	return Number.isFinite(size) ? Math.min(size!, MAX_PICTURE_BYTES) : MAX_PICTURE_BYTES;
}

function sizeOf(data: unknown): number | undefined {
	return typeof data === 'string' ? bytesInBase64(data) : undefined;
}

async function sizeInStorage(id: string, files: StoredFiles): Promise<number | undefined> {
	const { fileSize } = await files.getBinaryMetadata(id);
	return fileSize;
}
