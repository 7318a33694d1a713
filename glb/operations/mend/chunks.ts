/** The chunks of a GLB: its bytes in; its data, and whether the container is in order out. */
import { GLB_CHUNK_HEADER_BYTES, type GlbHeader } from '../../facts/glbHead';

const BINARY_CHUNK = 0x004e4942;
const JSON_CHUNK = 0x4e4f534a;

/** What follows the description of a file. */
export interface Chunks {
	/** Of the first chunk, where it holds data; fewer bytes than it states where the file ends. */
	binary?: Uint8Array;
	/** Whether every chunk has a length that fits, each kind is there once, and nothing follows. */
	areInOrder: boolean;
	/** Chunks that are not known here, with their headers. */
	others: Uint8Array;
}

/** Reads the chunks behind the description. */
export function readChunks(glb: Uint8Array, { jsonOffset, jsonLength, declaredLength }: GlbHeader): Chunks {
	const view = new DataView(glb.buffer, glb.byteOffset, glb.byteLength);
	const end = Math.min(declaredLength, glb.length);
	let areInOrder =
		jsonLength % 4 === 0 && declaredLength === glb.length && glb[jsonOffset] !== BYTE_ORDER_MARK;
	let binary: Uint8Array | undefined;
	const first = jsonOffset + jsonLength;
	let [at, othersStart] = [first, first];
	while (at < end) {
		if (at + GLB_CHUNK_HEADER_BYTES > end)
			return { binary, areInOrder: false, others: glb.subarray(othersStart, at) };
		const length = view.getUint32(at, true);
		const kind = view.getUint32(at + 4, true);
		const start = at + GLB_CHUNK_HEADER_BYTES;
		const isBinary = kind === BINARY_CHUNK && at === first;
		if (isBinary) binary = glb.subarray(start, Math.min(end, start + length));
		if (
			length % 4 !== 0 ||
			start + length > end ||
			kind === JSON_CHUNK ||
			(kind === BINARY_CHUNK && !isBinary)
		) {
			areInOrder = false;
			if (!isBinary || start + length > end)
				return { binary, areInOrder, others: glb.subarray(othersStart, at) };
		}
		at = start + length;
		if (isBinary) othersStart = at;
	}
	return { binary, areInOrder, others: glb.subarray(othersStart, at) };
}

/** First byte of the mark that some programs begin a text with; JSON has none. */
const BYTE_ORDER_MARK = 0xef;
