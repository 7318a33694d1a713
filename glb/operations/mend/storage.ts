/**
 * The numbers of a file under repair: an accessor in, its numbers as they are stored out, and new numbers stored behind the
 * file's own. What a file says of its data costs nothing before it was held against the data that are there.
 */
import { ACCESSOR_WIDTH } from '../../facts/accessorWidth';
import { COMPONENT } from '../../facts/componentType';
import type { Gltf, GltfAccessor, GltfBufferView } from '../../facts/gltf';
import { Unmendable } from './repairs';

/** Numbers as an accessor stores them. */
export type Numbers = Float32Array | Uint32Array | Uint16Array | Int16Array | Uint8Array | Int8Array;

const ARRAYS = {
	[COMPONENT.byte]: Int8Array,
	[COMPONENT.unsignedByte]: Uint8Array,
	[COMPONENT.short]: Int16Array,
	[COMPONENT.unsignedShort]: Uint16Array,
	[COMPONENT.unsignedInt]: Uint32Array,
	[COMPONENT.float]: Float32Array,
} as const;

/** Most bytes of all that is stored anew, and, in a file that is not larger itself, of all copies of its numbers. */
const MAX_NEW_BYTES = 256 * 1024 * 1024;

/** Numbers per element. */
export function widthOf({ type }: GltfAccessor): number {
	return ACCESSOR_WIDTH[type!];
}

/** Bytes of one number. */
export function componentBytes({ componentType }: GltfAccessor): number {
	return ARRAYS[componentType as keyof typeof ARRAYS].BYTES_PER_ELEMENT;
}

/** Bytes of one element without a gap behind it. */
export function elementBytes(accessor: GltfAccessor): number {
	return widthOf(accessor) * componentBytes(accessor);
}

/** Small matrices of bytes and shorts have gaps between their columns; nothing in the format's core uses them. */
function hasGaps(accessor: GltfAccessor): boolean {
	const bytes = componentBytes(accessor);
	return (accessor.type === 'MAT3' && bytes < 4) || (accessor.type === 'MAT2' && bytes === 1);
}

/** The data of one file; accessors and views that are asked for are right by the rules of the description. */
export class Storage {
	/** What stands behind the file's own data. */
	private readonly added: Uint8Array[] = [];
	private addedBytes = 0;
	private readonly buffers = new Map<number, Uint8Array | undefined>();
	private readonly read = new Map<number, Numbers>();
	/** Of what was read and does not lie in the file's own memory. */
	private copiedBytes = 0;

	constructor(
		private readonly gltf: Gltf,
		/** Of the file's chunk of data; undefined where it has none. */
		private readonly binary: Uint8Array | undefined,
	) {}

	/** The bytes of a buffer; undefined where they are in another file, or stand for what is compressed. */
	bufferBytes(index: number): Uint8Array | undefined {
		if (!this.buffers.has(index)) this.buffers.set(index, this.readBuffer(index));
		return this.buffers.get(index);
	}

	/** The bytes of a view; undefined where its buffer's are not known. */
	viewBytes(index: number): Uint8Array | undefined {
		const view = this.gltf.bufferViews![index];
		const start = view.byteOffset ?? 0;
		return this.bufferBytes(view.buffer!)?.subarray(start, start + view.byteLength!);
	}

	/** The numbers of an accessor, close together; undefined for one without data, or with data that are not here. */
	numbers(index: number): Numbers | undefined {
		const known = this.read.get(index);
		if (known) return known;
		const accessor = this.gltf.accessors![index];
		if (hasGaps(accessor) || (accessor.bufferView === undefined && !accessor.sparse)) return undefined;
		const numbers = this.readAccessor(accessor);
		if (numbers) this.read.set(index, numbers);
		return numbers;
	}

	/** Gives an accessor other numbers, which are stored anew; those of vertices begin at a multiple of 4 bytes each. */
	replace(index: number, numbers: Numbers, areOfVertices: boolean): void {
		const accessor = this.gltf.accessors![index];
		delete accessor.byteOffset;
		delete accessor.sparse;
		accessor.count = numbers.length / widthOf(accessor);
		accessor.bufferView = this.storeNumbers(accessor, numbers, areOfVertices);
		this.read.set(index, numbers);
	}

	/** A new accessor like another one, with numbers of its own. */
	add(like: GltfAccessor, numbers: Numbers, areOfVertices: boolean): number {
		const { type, componentType, normalized, min, max } = like;
		const accessor: GltfAccessor = { type, componentType, ...(normalized ? { normalized } : {}) };
		// They are put right with those of all others.
		if (min) accessor.min = [...min];
		if (max) accessor.max = [...max];
		const index = this.gltf.accessors!.push(accessor) - 1;
		this.replace(index, numbers, areOfVertices);
		return index;
	}

	/** Stores bytes behind all others; returns the view that names them. */
	store(bytes: Uint8Array, byteStride?: number): number {
		const own = this.ownBuffer();
		const byteOffset = aligned(this.ownLength) + this.addedBytes;
		this.addedBytes += aligned(bytes.length);
		if (this.addedBytes > MAX_NEW_BYTES) throw new Unmendable('too much of it would have to be stored anew');
		this.added.push(bytes);
		own.byteLength = byteOffset + bytes.length;
		const view: GltfBufferView = { buffer: 0, byteOffset, byteLength: bytes.length };
		if (byteStride !== undefined) view.byteStride = byteStride;
		return (this.gltf.bufferViews ??= []).push(view) - 1;
	}

	/** The data of the file that is written; undefined where it has none. */
	finish(): Uint8Array | undefined {
		if (this.added.length === 0) return this.ownData();
		const start = aligned(this.ownLength);
		const bytes = new Uint8Array(start + this.addedBytes);
		bytes.set(this.ownData() ?? new Uint8Array(0));
		let at = start;
		for (const each of this.added) {
			bytes.set(each, at);
			at += aligned(each.length);
		}
		return bytes;
	}

	private storeNumbers(accessor: GltfAccessor, numbers: Numbers, areOfVertices: boolean): number {
		const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
		const width = elementBytes(accessor);
		const stride = aligned(width);
		if (stride === width || !areOfVertices) return this.store(bytes);
		const spaced = new Uint8Array((bytes.length / width) * stride);
		for (let from = 0, to = 0; from < bytes.length; from += width, to += stride)
			spaced.set(bytes.subarray(from, from + width), to);
		return this.store(spaced, stride);
	}

	private get ownLength(): number {
		return this.ownData()?.length ?? 0;
	}

	private ownData(): Uint8Array | undefined {
		return this.isMoved ? this.bufferBytes(0) : this.binary;
	}

	private isMoved = false;

	/** The buffer that stands for the file's chunk of data; data that were written as text move there. */
	private ownBuffer(): { byteLength?: number } {
		const buffers = (this.gltf.buffers ??= []);
		if (buffers.length === 0) buffers.push({ byteLength: 1 });
		const [own] = buffers;
		if (own.uri === undefined) return own;
		if (this.bufferBytes(0) === undefined) throw new Unmendable('its data lie in another file');
		this.isMoved = true;
		delete own.uri;
		return own;
	}

	private readBuffer(index: number): Uint8Array | undefined {
		const uri = this.gltf.buffers?.[index]?.uri;
		if (uri === undefined) return index === 0 ? this.binary : undefined;
		return dataUriBytes(uri);
	}

	private readAccessor(accessor: GltfAccessor): Numbers | undefined {
		const [width, count] = [widthOf(accessor), accessor.count!];
		let numbers: Numbers | undefined;
		if (accessor.bufferView === undefined) {
			this.allowCopy(count * elementBytes(accessor));
			numbers = newNumbers(accessor, count * width);
		} else {
			const stride = this.gltf.bufferViews![accessor.bufferView].byteStride;
			numbers = this.readElements(accessor, accessor.bufferView, accessor.byteOffset ?? 0, count, stride);
		}
		return numbers && accessor.sparse ? this.applySparse(accessor, numbers) : numbers;
	}

	/** Called before memory is taken for what only a description asks for. A sound file has all of its numbers itself. */
	private allowCopy(bytes: number): void {
		this.copiedBytes += bytes;
		if (this.copiedBytes > Math.max(MAX_NEW_BYTES, this.binary?.length ?? 0))
			throw new Unmendable('it names more data than it has');
	}

	private readElements(
		accessor: GltfAccessor,
		viewIndex: number,
		offset: number,
		count: number,
		stride = elementBytes(accessor),
	): Numbers | undefined {
		const bytes = this.viewBytes(viewIndex);
		const width = elementBytes(accessor);
		if (!bytes || offset + (count - 1) * stride + width > bytes.length) return undefined;
		const start = bytes.byteOffset + offset;
		const ArrayType = ARRAYS[accessor.componentType as keyof typeof ARRAYS];
		if (stride === width && start % ArrayType.BYTES_PER_ELEMENT === 0)
			return new ArrayType(bytes.buffer as ArrayBuffer, start, (count * width) / ArrayType.BYTES_PER_ELEMENT);
		this.allowCopy(count * width);
		const copy = new Uint8Array(count * width);
		if (stride === width) copy.set(bytes.subarray(offset, offset + copy.length));
		else
			for (let i = 0; i < count; i++)
				for (let byte = 0; byte < width; byte++) copy[i * width + byte] = bytes[offset + i * stride + byte];
		return new ArrayType(copy.buffer);
	}

	/** Which elements of an accessor others stand for. */
	sparsePlaces({ sparse }: GltfAccessor): Numbers | undefined {
		const { count, indices } = sparse!;
		const like = { type: 'SCALAR', componentType: indices!.componentType };
		return this.readElements(like, indices!.bufferView!, indices!.byteOffset ?? 0, count!);
	}

	private applySparse(accessor: GltfAccessor, base: Numbers): Numbers | undefined {
		const { count, values } = accessor.sparse!;
		const places = this.sparsePlaces(accessor);
		const others = this.readElements(accessor, values!.bufferView!, values!.byteOffset ?? 0, count!);
		if (!places || !others) return undefined;
		const isOwn =
			accessor.bufferView === undefined || base.buffer !== this.viewBytes(accessor.bufferView)!.buffer;
		if (!isOwn) this.allowCopy(base.byteLength);
		const numbers = isOwn ? base : base.slice();
		const width = widthOf(accessor);
		for (let i = 0; i < places.length; i++) {
			if (places[i] >= accessor.count!) continue;
			for (let k = 0; k < width; k++) numbers[places[i] * width + k] = others[i * width + k];
		}
		return numbers;
	}
}

/** Characters before the data of a data URI: a MIME type and its parameters. */
export const LONGEST_URI_HEAD = 200;

/** What a data URI holds; undefined for the address of another file. */
export function dataUriBytes(uri: string): Uint8Array | undefined {
	const head = /^data:[^,]*;base64,/.exec(uri.slice(0, LONGEST_URI_HEAD))?.[0];
	return head === undefined ? undefined : new Uint8Array(Buffer.from(uri.slice(head.length), 'base64'));
}

/** Zeros of the kind that an accessor stores. */
function newNumbers({ componentType }: GltfAccessor, length: number): Numbers {
	return new ARRAYS[componentType as keyof typeof ARRAYS](length);
}

function aligned(length: number): number {
	return Math.ceil(length / 4) * 4;
}
