/** A GLB in memory: bytes in; description and the bytes of its buffer views out. */
import type { Unreadable } from '../../facts/parseDescription';
import { GLB_CHUNK_HEADER_BYTES, readGlbJson, type GlbDescription } from '../../facts/glbHead';
import { at, countOf, type Gltf, type GltfImage } from '../../facts/gltf';

const NO_BYTES = new Uint8Array(0);

/** What is not in the file has no bytes; what is said to be in another file is never fetched. */
export class GlbFile {
	/** Those that were asked for, each decoded once. */
	private readonly buffers = new Map<number, Uint8Array>();
	/** Images that are written as text, each decoded once. */
	private readonly images = new Map<GltfImage, Uint8Array>();

	private constructor(
		readonly gltf: Gltf,
		private readonly binary: Uint8Array,
	) {}

	/** @param description of the file, where it has been parsed already */
	static async open(
		bytes: Uint8Array,
		description?: GlbDescription,
	): Promise<{ ok: true; file: GlbFile } | Unreadable> {
		const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length);
		const head = description ? { ok: true as const, ...description } : await readGlbJson(read, bytes.length);
		if (!head.ok) return head;
		const start = head.header.jsonOffset + head.header.jsonLength + GLB_CHUNK_HEADER_BYTES;
		return { ok: true, file: new GlbFile(head.gltf, bytes.subarray(start, head.header.declaredLength)) };
	}

	/** The bytes of a buffer view, fewer than it states where the file ends; none for a view outside the file. */
	bytesOf(viewIndex: unknown): Uint8Array {
		const view = at(this.gltf.bufferViews, viewIndex);
		if (!view) return NO_BYTES;
		const offset = countOf(view.byteOffset);
		return this.bufferAt(countOf(view.buffer)).subarray(offset, offset + countOf(view.byteLength));
	}

	/** The bytes of an image that lies in the file, in a buffer view or as a data URI. */
	imageBytes(image: GltfImage): Uint8Array {
		if (typeof image.uri !== 'string') return this.bytesOf(image.bufferView);
		let bytes = this.images.get(image);
		if (!bytes) {
			bytes = dataUriBytes(image.uri);
			this.images.set(image, bytes);
		}
		return bytes;
	}

	private bufferAt(index: number): Uint8Array {
		const known = this.buffers.get(index);
		if (known) return known;
		const uri = at(this.gltf.buffers, index)?.uri;
		const bytes = typeof uri === 'string' ? dataUriBytes(uri) : index === 0 ? this.binary : NO_BYTES;
		this.buffers.set(index, bytes);
		return bytes;
	}
}

/** Characters before the data of a data URI: a MIME type and its parameters. */
const LONGEST_URI_HEAD = 200;

/** The content of a base64 data URI; nothing for the address of another file, which is never fetched. */
function dataUriBytes(uri: string): Uint8Array {
	const head = /^data:[^,]*;base64,/.exec(uri.slice(0, LONGEST_URI_HEAD))?.[0];
	return head === undefined ? NO_BYTES : Buffer.from(uri.slice(head.length), 'base64');
}
