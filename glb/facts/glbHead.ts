/**
 * Reading the head of a GLB (glTF 2.0 binary): first bytes in, header and JSON description out, or a sentence that
 * says what the file is instead. The JSON chunk comes first in the file, so a model of any size costs one small read.
 */
import { parseDescription, tooLarge, unreadable, type Unreadable } from './parseDescription';
import type { Gltf } from './gltf';
import { MODEL_LIMITS } from './factsLimits';
import { imageKind } from '../images';

/** File header (magic, version, length), bytes. */
export const GLB_FILE_HEADER_BYTES = 12;
/** Header of each chunk (length, type), bytes. */
export const GLB_CHUNK_HEADER_BYTES = 8;
/** What `parseGlbHeader` needs: the file header and the JSON chunk's header, bytes. */
export const GLB_HEAD_BYTES = GLB_FILE_HEADER_BYTES + GLB_CHUNK_HEADER_BYTES;

const MAGIC = 0x46546c67;
const JSON_CHUNK = 0x4e4f534a;

/** What the first bytes of a GLB state, checked against the size of the file. */
export interface GlbHeader {
	version: number;
	/** Length of the whole file as the header states it, bytes. */
	declaredLength: number;
	/** Where the JSON chunk's data starts, bytes from the start of the file. */
	jsonOffset: number;
	/** Length of the JSON chunk's data, bytes. */
	jsonLength: number;
}

export type { Unreadable };

/** The header, or the sentence that says what the file is instead. */
export type GlbHeaderResult = ({ ok: true } & GlbHeader) | Unreadable;
/** A GLB's header and its description, parsed. */
export interface GlbDescription {
	header: GlbHeader;
	gltf: Gltf;
}

/** Header and description, or the sentence that says why there is none. */
export type GlbJsonResult = ({ ok: true } & GlbDescription) | Unreadable;

/** Hands out a range of the file; fewer bytes than asked for mean that the file ends there. */
export type ReadRange = (offset: number, length: number) => Promise<Uint8Array>;

/**
 * Reads the fixed part of the head; `head` should hold at least the first `GLB_HEAD_BYTES` bytes of the file.
 *
 * @param totalSize size of the stored file in bytes; where given, a file that was cut short is refused
 */
export function parseGlbHeader(head: Uint8Array, totalSize?: number): GlbHeaderResult {
	if (head.length === 0) return unreadable('The model file is empty.');
	const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
	if (head.length < 4 || view.getUint32(0, true) !== MAGIC) {
		return unreadable(`The file is not a GLB model: ${describeOtherFile(head)}`);
	}
	if (head.length < GLB_HEAD_BYTES) {
		return unreadable(`The model file ends after ${head.length} bytes, inside its header.`);
	}
	const version = view.getUint32(4, true);
	if (version !== 2) return unreadable(`The model is GLB version ${version}; only version 2 can be read.`);
	const declaredLength = view.getUint32(8, true);
	const jsonLength = view.getUint32(GLB_FILE_HEADER_BYTES, true);
	if (view.getUint32(GLB_FILE_HEADER_BYTES + 4, true) !== JSON_CHUNK) {
		return unreadable('The model file is damaged: its first chunk is not the JSON description.');
	}
	if (jsonLength === 0 || GLB_HEAD_BYTES + jsonLength > declaredLength) {
		return unreadable(
			`The model file is damaged: a description of ${jsonLength} bytes does not fit into a file of ${declaredLength} bytes.`,
		);
	}
	if (totalSize !== undefined && totalSize < declaredLength) {
		return unreadable(
			`The model file is cut short: ${totalSize} of ${declaredLength} bytes arrived. Download it again.`,
		);
	}
	return { ok: true, version, declaredLength, jsonOffset: GLB_HEAD_BYTES, jsonLength };
}

/**
 * Reads header and description of a GLB through `read`, usually in one call of 64 KB.
 *
 * @param totalSize size of the stored file in bytes; where given, a file that was cut short is refused
 * @param maxJsonBytes largest description that is read
 */
export async function readGlbJson(
	read: ReadRange,
	totalSize?: number,
	maxJsonBytes: number = MODEL_LIMITS.maxJsonBytes,
): Promise<GlbJsonResult> {
	const wanted = Math.min(MODEL_LIMITS.firstReadBytes, totalSize ?? MODEL_LIMITS.firstReadBytes);
	const head = wanted > 0 ? await read(0, wanted) : new Uint8Array(0);
	const header = parseGlbHeader(head, totalSize);
	if (!header.ok) return header;
	if (header.jsonLength > maxJsonBytes) {
		return tooLarge('bytes of description', header.jsonLength, maxJsonBytes);
	}
	const end = header.jsonOffset + header.jsonLength;
	const json = end <= head.length ? head.subarray(header.jsonOffset, end) : await readRest(read, head, end);
	if (json.length < header.jsonLength) {
		return unreadable(
			`The model file is cut short: its description ends after ${json.length} of ${header.jsonLength} bytes.`,
		);
	}
	const parsed = parseDescription(json);
	if (!parsed.ok) return parsed;
	const { version, declaredLength, jsonOffset, jsonLength } = header;
	return { ok: true, header: { version, declaredLength, jsonOffset, jsonLength }, gltf: parsed.gltf };
}

async function readRest(read: ReadRange, head: Uint8Array, end: number): Promise<Uint8Array> {
	const rest = await read(head.length, end - head.length);
	return Buffer.concat([head.subarray(GLB_HEAD_BYTES), rest.subarray(0, end - head.length)]);
}

/** Of a file that is none of ours, bytes: the comments at the top of an OBJ, and its first line. */
const OTHER_HEAD_BYTES = 256;

function describeOtherFile(head: Uint8Array): string {
	const text = Buffer.from(head.subarray(0, OTHER_HEAD_BYTES))
		.toString('latin1')
		.replace(/^[\xef\xbb\xbf\s]+/, '');
	if (text.startsWith('<')) {
		return 'it is a web page or XML. The download link may have expired or may ask for a sign-in.';
	}
	if (text.startsWith('{') || text.startsWith('[')) {
		return 'it is JSON: an error message of the server, or a glTF in its text form (.gltf).';
	}
	if (text.startsWith('PK')) return 'it is a ZIP archive (USDZ is one too).';
	if (text.startsWith('\x1f\x8b')) return 'it is compressed with gzip.';
	if (text.startsWith('Kaydara FBX')) return 'it is an FBX file.';
	if (text.startsWith('%PDF')) return 'it is a PDF document.';
	if (/^solid\b/.test(text)) return 'it is an STL file.';
	if (/^(?:#.*\n\s*)*(?:mtllib|o|g|v|vn) /.test(text)) return 'it is an OBJ file.';
	if (imageKind(head) !== undefined) return 'it is a picture or a video.';
	if (text === '') return 'it contains only spaces.';
	return 'it does not begin with "glTF".';
}
