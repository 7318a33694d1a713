/** A GLB in memory: bytes in; description and the bytes of its buffer views out. */
import { GLB_CHUNK_HEADER_BYTES, readGlbJson, type Unreadable } from '../../facts/glbHead';
import { at, countOf, type Gltf, type GltfImage } from '../../facts/gltf';

const NO_BYTES = new Uint8Array(0);

export class GlbFile {
	private readonly buffers = new Map<number, Uint8Array>();

	private constructor(
		readonly gltf: Gltf,
		binary: Uint8Array,
	) {
		this.buffers.set(0, binary);
	}

	static async open(bytes: Uint8Array): Promise<{ ok: true; file: GlbFile } | Unreadable> {
		const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length);
		const head = await readGlbJson(read, bytes.length);
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
		return typeof image.uri === 'string' ? dataUriBytes(image.uri) : this.bytesOf(image.bufferView);
	}

	private bufferAt(index: number): Uint8Array {
		const uri = at(this.gltf.buffers, index)?.uri;
		let bytes = this.buffers.get(index);
		if (!bytes || (index === 0 && typeof uri === 'string')) {
			bytes = typeof uri === 'string' ? dataUriBytes(uri) : NO_BYTES;
			this.buffers.set(index, bytes);
		}
		return bytes;
	}
}

/** The content of a base64 data URI; nothing for the address of another file, which is never fetched. */
function dataUriBytes(uri: string): Uint8Array {
	const comma = uri.indexOf(',');
	return /^data:[^,]*;base64,/.test(uri) ? Buffer.from(uri.slice(comma + 1), 'base64') : NO_BYTES;
}
