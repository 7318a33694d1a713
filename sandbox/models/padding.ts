/** Makes a GLB as large as wanted without ever holding it: a larger binary chunk, produced piece by piece. */
import { randomBytes } from 'node:crypto';

/** Bytes of padding generated at a time. */
export const PADDING_CHUNK_BYTES = 256 * 1024;

/** A body of known length that can be produced piece by piece. */
export interface ModelBody {
	length: number;
	chunks(): Iterable<Buffer>;
}

const JSON_CHUNK = 0x4e4f534a;
const BIN_CHUNK = 0x004e4942;

/** The GLB as it is. */
export function plainBody(glb: Buffer): ModelBody {
	return { length: glb.length, chunks: () => slices(glb) };
}

/**
 * The same model as a valid GLB of `size` bytes (rounded up to 4), whose last buffer view holds the padding. Returned
 * as it is where it is that large already.
 */
export function paddedBody(glb: Buffer, size: number): ModelBody {
	const wanted = Math.ceil(size / 4) * 4;
	const jsonLength = glb.readUInt32LE(12);
	const json = JSON.parse(glb.subarray(20, 20 + jsonLength).toString()) as GltfJson;
	const bin = glb.subarray(20 + jsonLength + 8);
	const paddingView = { buffer: 0, byteOffset: bin.length, byteLength: 0, name: 'Padding' };
	json.bufferViews.push(paddingView);
	// Room for the largest lengths, so that writing them in does not move anything.
	const headRoom = 40;
	const jsonBytes = Math.ceil((Buffer.byteLength(JSON.stringify(json)) + headRoom) / 4) * 4;
	const padding = wanted - (12 + 8 + jsonBytes + 8 + bin.length);
	if (padding <= 0) return plainBody(glb);
	paddingView.byteLength = padding;
	json.buffers[0].byteLength = bin.length + padding;
	const head = Buffer.alloc(12 + 8 + jsonBytes + 8, ' ');
	head.write('glTF', 0, 'latin1');
	head.writeUInt32LE(2, 4);
	head.writeUInt32LE(wanted, 8);
	head.writeUInt32LE(jsonBytes, 12);
	head.writeUInt32LE(JSON_CHUNK, 16);
	head.write(JSON.stringify(json), 20);
	head.writeUInt32LE(bin.length + padding, 20 + jsonBytes);
	head.writeUInt32LE(BIN_CHUNK, 24 + jsonBytes);
	return {
		length: wanted,
		*chunks() {
			yield head;
			yield* slices(bin);
			yield* noise(padding);
		},
	};
}

interface GltfJson {
	buffers: Array<{ byteLength: number }>;
	bufferViews: object[];
}

function* slices(bytes: Buffer): Iterable<Buffer> {
	for (let start = 0; start < bytes.length; start += PADDING_CHUNK_BYTES) {
		yield bytes.subarray(start, start + PADDING_CHUNK_BYTES);
	}
}

/** The same random block over and over: no compression on the way can shrink a piece to nothing. */
function* noise(length: number): Iterable<Buffer> {
	const block = randomBytes(PADDING_CHUNK_BYTES);
	for (let left = length; left > 0; left -= block.length)
		yield block.subarray(0, Math.min(left, block.length));
}
