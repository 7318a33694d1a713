/** Reads ranges of a file that n8n has stored, wherever that is: inline, on disk, in the database. Rejects where it is gone. */
import type { BinaryHelperFunctions, IBinaryData } from 'n8n-workflow';
import type { ReadRange } from '../../../../glb/facts';

/** n8n's storage, as a run may use it. */
export type StoredFiles = Pick<
	BinaryHelperFunctions,
	'prepareBinaryData' | 'getBinaryStream' | 'getBinaryMetadata' | 'binaryToBuffer'
>;

/** Bytes asked for at a time: n8n's own chunk size for streams. */
const CHUNK_BYTES = 64 * 1024;

/** A reader of ranges. A stored file is read from its start up to the range's end and no further. */
export function rangeReader(files: StoredFiles, file: IBinaryData): ReadRange {
	if (file.id === undefined) {
		const bytes = Buffer.from(file.data, 'base64');
		return async (offset, length) => bytes.subarray(offset, offset + length);
	}
	const { id } = file;
	return async (offset, length) => {
		const chunks: Buffer[] = [];
		let position = 0;
		for await (const chunk of await files.getBinaryStream(id, CHUNK_BYTES)) {
			const bytes = chunk as Buffer;
			const from = Math.max(0, offset - position);
			if (from < bytes.length) chunks.push(bytes.subarray(from, offset + length - position));
			position += bytes.length;
			if (position >= offset + length) break;
		}
		return Buffer.concat(chunks);
	};
}

/** The whole file. */
export async function readWhole(files: StoredFiles, file: IBinaryData): Promise<Uint8Array> {
	if (file.id === undefined) return Buffer.from(file.data, 'base64');
	return await files.binaryToBuffer(await files.getBinaryStream(file.id));
}
