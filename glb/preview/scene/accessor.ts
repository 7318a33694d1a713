/** Numbers of a GLB: an accessor in, a Float32Array or Uint32Array out, whatever way the file stores them. */
import { COMPONENT, COMPONENT_BYTES, LARGEST_OF_KIND } from '../../facts/componentType';
import { at, countOf, type GltfAccessor } from '../../facts/gltf';
import type { TimeSlicer } from '../../timeSlicer';
import type { GlbFile } from './glbFile';

/** Numbers per element by accessor type. */
const WIDTH: Readonly<Record<string, number>> = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT4: 16 };

interface Component {
	bytes: number;
	read: (view: DataView, offset: number) => number;
	/** What 1.0 is stored as in a normalized accessor. */
	one: number;
}

const component = (kind: number, read: Component['read']): [number, Component] => [
	kind,
	{ bytes: COMPONENT_BYTES[kind], one: LARGEST_OF_KIND[kind] ?? 1, read },
];

const COMPONENTS: Readonly<Record<number, Component>> = Object.fromEntries([
	component(COMPONENT.byte, (view, offset) => view.getInt8(offset)),
	component(COMPONENT.unsignedByte, (view, offset) => view.getUint8(offset)),
	component(COMPONENT.short, (view, offset) => view.getInt16(offset, true)),
	component(COMPONENT.unsignedShort, (view, offset) => view.getUint16(offset, true)),
	component(COMPONENT.unsignedInt, (view, offset) => view.getUint32(offset, true)),
	component(COMPONENT.float, (view, offset) => view.getFloat32(offset, true)),
]);

/**
 * The numbers of an accessor, `width` per element, as floats; undefined where the accessor does not exist, has another
 * type or another count, or points outside the file. An accessor without data is zeros, as the format says. The result
 * may be a view of the file: never write to it.
 *
 * @param count elements that there have to be: a few bytes may claim any number, so nothing is made before it is checked
 */
export async function readFloats(
	file: GlbFile,
	index: unknown,
	width: number,
	count: number,
	slicer: TimeSlicer,
): Promise<Float32Array | undefined> {
	const accessor = at(file.gltf.accessors, index);
	const component = COMPONENTS[accessor?.componentType ?? 0];
	if (!accessor || !component || WIDTH[accessor.type ?? ''] !== width) return undefined;
	if (countOf(accessor.count) !== count) return undefined;
	const layout = layoutOf(file, accessor, component, width);
	const floats = await readBase(layout, accessor, slicer);
	return floats && accessor.sparse ? applySparse(file, accessor, layout, floats, slicer) : floats;
}

/** The numbers of an index accessor; undefined where it cannot be read or names a vertex that does not exist. */
export async function readIndices(
	file: GlbFile,
	index: unknown,
	vertexCount: number,
	slicer: TimeSlicer,
): Promise<Uint32Array | undefined> {
	const accessor = at(file.gltf.accessors, index);
	const component = COMPONENTS[accessor?.componentType ?? 0];
	if (!accessor || !component || accessor.type !== 'SCALAR' || accessor.sparse) return undefined;
	const layout = layoutOf(file, accessor, component, 1);
	if (!fits(layout)) return undefined;
	const indices = new Uint32Array(layout.count);
	let highest = 0;
	const view = viewOf(layout.bytes);
	await slicer.inBatches(layout.count, 16_384, (from, to) => {
		for (let i = from; i < to; i++) {
			const vertex = component.read(view, layout.offset + i * layout.stride);
			indices[i] = vertex;
			if (vertex > highest) highest = vertex;
		}
	});
	return highest < vertexCount ? indices : undefined;
}

/** Where in the file the elements of an accessor lie. */
interface Layout {
	bytes: Uint8Array;
	offset: number;
	stride: number;
	count: number;
	width: number;
	component: Component;
}

function layoutOf(file: GlbFile, accessor: GltfAccessor, component: Component, width: number): Layout {
	const stride = countOf(at(file.gltf.bufferViews, accessor.bufferView)?.byteStride);
	return {
		bytes: file.bytesOf(accessor.bufferView),
		offset: countOf(accessor.byteOffset),
		stride: stride || component.bytes * width,
		count: countOf(accessor.count),
		width,
		component,
	};
}

function fits({ bytes, offset, stride, count, width, component }: Layout): boolean {
	return count === 0 || offset + (count - 1) * stride + component.bytes * width <= bytes.length;
}

async function readBase(
	layout: Layout,
	accessor: GltfAccessor,
	slicer: TimeSlicer,
): Promise<Float32Array | undefined> {
	const { bytes, offset, stride, count, width, component } = layout;
	if (accessor.bufferView === undefined) return new Float32Array(count * width);
	if (!fits(layout)) return undefined;
	const isPacked = component === COMPONENTS[COMPONENT.float] && stride === component.bytes * width;
	if (!isPacked) return convert(layout, accessor.normalized === true, slicer);
	const start = bytes.byteOffset + offset;
	// A view costs nothing, but it can only stand on every fourth byte, and the file's bytes may start anywhere.
	if (start % 4 === 0) return new Float32Array(bytes.buffer, start, count * width);
	const source = bytes.subarray(offset, offset + count * stride);
	const copy = new Uint8Array(count * stride);
	await copyInto(copy, source, slicer);
	return new Float32Array(copy.buffer);
}

async function convert(layout: Layout, normalized: boolean, slicer: TimeSlicer): Promise<Float32Array> {
	const { offset, stride, count, width, component } = layout;
	const view = viewOf(layout.bytes);
	const floats = new Float32Array(count * width);
	const scale = normalized ? 1 / component.one : 1;
	await slicer.inBatches(count, 8192, (from, to) => {
		for (let element = from; element < to; element++) {
			for (let i = 0; i < width; i++) {
				const value = component.read(view, offset + element * stride + i * component.bytes) * scale;
				floats[element * width + i] = normalized && value < -1 ? -1 : value;
			}
		}
	});
	return floats;
}

async function applySparse(
	file: GlbFile,
	accessor: GltfAccessor,
	base: Layout,
	stored: Float32Array,
	slicer: TimeSlicer,
): Promise<Float32Array | undefined> {
	const { indices, values } = accessor.sparse ?? {};
	const count = countOf(accessor.sparse?.count);
	const indexComponent = COMPONENTS[indices?.componentType ?? 0];
	if (!indexComponent || count > base.count) return undefined;
	const indexLayout = layoutOf(file, { ...indices }, indexComponent, 1);
	const valueLayout = layoutOf(file, { ...values }, base.component, base.width);
	indexLayout.count = valueLayout.count = count;
	if (!fits(indexLayout) || !fits(valueLayout)) return undefined;
	const targets = await convert(indexLayout, false, slicer);
	const replacements = await convert(valueLayout, accessor.normalized === true, slicer);
	const { width } = base;
	const floats = new Float32Array(stored.length);
	await copyInto(floats, stored, slicer);
	await slicer.inBatches(count, 4096, (from, to) => {
		for (let element = from; element < to; element++) {
			const target = targets[element];
			if ((target + 1) * width > floats.length) continue;
			for (let i = 0; i < width; i++) floats[target * width + i] = replacements[element * width + i];
		}
	});
	return floats;
}

/** Copies numbers piece by piece: a large array takes some 50 ms at once. */
async function copyInto<T extends Uint8Array | Float32Array>(
	target: T,
	source: T,
	slicer: TimeSlicer,
): Promise<void> {
	await slicer.inBatches(source.length, 1 << 20, (from, to) => target.set(source.subarray(from, to), from));
}

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
