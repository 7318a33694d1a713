/** The GLB container: description and binary chunk in, the bytes of a file out, and the other way round. */
import { GLB_CHUNK_HEADER_BYTES, GLB_FILE_HEADER_BYTES, type GlbHeader } from '../facts/glbHead';
import type { Gltf } from '../facts/gltf';

const MAGIC = 0x46546c67;
const VERSION = 2;
const JSON_CHUNK = 0x4e4f534a;
const BINARY_CHUNK = 0x004e4942;
const BLANK = 0x20;

/** What follows the JSON chunk of a file, chunk headers included, up to the declared end. */
export function chunksAfterJson(glb: Uint8Array, header: GlbHeader): Uint8Array {
	return glb.subarray(header.jsonOffset + header.jsonLength, header.declaredLength);
}

/** A file of `gltf` and of the chunks that `chunksAfterJson` gave, which are copied as they are. */
export function joinGlb(gltf: Gltf, chunks: Uint8Array): Uint8Array {
	const json = new TextEncoder().encode(JSON.stringify(gltf));
	const jsonLength = padded(json.length);
	const length = GLB_FILE_HEADER_BYTES + GLB_CHUNK_HEADER_BYTES + jsonLength + chunks.length;
	const file = new Uint8Array(length);
	const view = new DataView(file.buffer);
	[MAGIC, VERSION, length, jsonLength, JSON_CHUNK].forEach((word, index) =>
		view.setUint32(index * 4, word, true),
	);
	const jsonOffset = GLB_FILE_HEADER_BYTES + GLB_CHUNK_HEADER_BYTES;
	file.set(json, jsonOffset);
	file.fill(BLANK, jsonOffset + json.length, jsonOffset + jsonLength);
	file.set(chunks, jsonOffset + jsonLength);
	return file;
}

/** A chunk of binary data with its header. */
export function binaryChunk(data: Uint8Array): Uint8Array {
	const chunk = new Uint8Array(GLB_CHUNK_HEADER_BYTES + padded(data.length));
	const view = new DataView(chunk.buffer);
	view.setUint32(0, padded(data.length), true);
	view.setUint32(4, BINARY_CHUNK, true);
	chunk.set(data, GLB_CHUNK_HEADER_BYTES);
	return chunk;
}

/** Chunks begin at multiples of four bytes (glTF 2.0, "GLB File Format Specification"). */
function padded(length: number): number {
	return Math.ceil(length / 4) * 4;
}
