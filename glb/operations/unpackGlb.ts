/**
 * A model with its compressed buffer views decompressed (EXT_meshopt_compression, KHR_meshopt_compression): a GLB in, the
 * same GLB without the compression out. Quantized numbers stay as they are. Work is done view by view, with pauses, and
 * what is unpacked is bounded, since a few bytes may claim any amount.
 */
import { MeshoptDecoder } from 'meshoptimizer/decoder';
import { countOf, extensionOf, listOf, type Gltf, type GltfBufferView } from '../facts/gltf';
import type { Unreadable } from '../facts/parseDescription';
import { CALLED_OFF, TimeSlicer, WorkStopped, type Timing, type WorkLimits } from '../timeSlicer';
import { GLB_CHUNK_HEADER_BYTES, parseGlbHeader, type GlbDescription } from '../facts/glbHead';
import { binaryChunk, joinGlb } from './container';

/** The two names of the same fields; the newer one allows a newer stream and colors, which the decoder reads, too. */
export const MESHOPT_EXTENSIONS = ['EXT_meshopt_compression', 'KHR_meshopt_compression'] as const;

const UNPACK_LIMITS = {
	/** Most bytes of a view, which is unpacked in one piece of some 20 ms: the indices of two million faces. */
	maxViewBytes: 24_000_000,
	/** Most bytes of the file that comes out: a million faces with three maps of 4K. It stands beside the one that came in. */
	maxBytes: 64_000_000,
} as const;

/** A view as it is stored. */
interface PackedView {
	view: GltfBufferView;
	source: Uint8Array;
	count: number;
	stride: number;
	mode: string;
	filter?: string;
	/** Where it goes in the binary data. */
	at: number;
}

/** The file without compression and its description, or the reason why it cannot be unpacked. */
export type UnpackResult = { ok: true; glb: Uint8Array; description: GlbDescription } | Unreadable;

const DAMAGED: Unreadable = {
	ok: false,
	reason: 'The model is damaged: its compressed shape cannot be unpacked.',
};

/** Never rejects for what the file holds. */
export async function unpackGlb(
	glb: Uint8Array,
	{ gltf, header }: GlbDescription,
	options: Timing & WorkLimits,
): Promise<UnpackResult> {
	const slicer = new TimeSlicer(options, options);
	const start = header.jsonOffset + header.jsonLength + GLB_CHUNK_HEADER_BYTES;
	const binary = glb.subarray(start, header.declaredLength);
	try {
		await MeshoptDecoder.ready;
		const copy = withOwnViews(gltf);
		const packed = readViews(copy, binary);
		if (!packed) return DAMAGED;
		const last = packed.at(-1);
		const length = last ? last.at + last.count * last.stride : binary.length;
		const largest = packed.reduce((most, { count, stride }) => Math.max(most, count * stride), 0);
		if (length > UNPACK_LIMITS.maxBytes || largest > UNPACK_LIMITS.maxViewBytes) return tooLarge(length);
		const bytes = new Uint8Array(length);
		bytes.set(binary);
		for (const each of packed) {
			await slicer.pause();
			const target = bytes.subarray(each.at, each.at + each.count * each.stride);
			MeshoptDecoder.decodeGltfBuffer(target, each.count, each.stride, each.source, each.mode, each.filter);
			each.view.buffer = 0;
			each.view.byteOffset = each.at;
			each.view.byteLength = target.length;
		}
		await slicer.pause();
		copy.buffers = usedBuffers(copy, length);
		const unpacked = joinGlb(copy, binaryChunk(bytes));
		const described = parseGlbHeader(unpacked);
		return described.ok
			? { ok: true, glb: unpacked, description: { gltf: copy, header: described } }
			: DAMAGED;
	} catch (error) {
		if (!(error instanceof WorkStopped)) return DAMAGED;
		return { ok: false, reason: CALLED_OFF };
	}
}

/** The buffers without those at the end that only stood for what was packed. */
function usedBuffers(gltf: Gltf, firstLength: number): Gltf['buffers'] {
	const last = listOf(gltf.bufferViews).reduce((most, view) => Math.max(most, countOf(view?.buffer)), 0);
	const [first, ...others] = listOf(gltf.buffers);
	return [{ ...first, byteLength: firstLength }, ...others.slice(0, last)];
}

/** The description with views that may be changed, and without the names of the extensions. */
function withOwnViews(gltf: Gltf): Gltf {
	const without = (names: string[] | undefined) => {
		const kept = listOf(names).filter((name) => !(MESHOPT_EXTENSIONS as readonly string[]).includes(name));
		return kept.length > 0 ? kept : undefined;
	};
	return {
		...gltf,
		extensionsUsed: without(gltf.extensionsUsed),
		extensionsRequired: without(gltf.extensionsRequired),
		bufferViews: listOf(gltf.bufferViews).map((view) => ({ ...view })),
	};
}

/** What is packed, one after another behind the binary data; nothing where one is not as the format says. */
function readViews(gltf: Gltf, binary: Uint8Array): PackedView[] | undefined {
	const packed: PackedView[] = [];
	let at = aligned(binary.length);
	for (const view of listOf(gltf.bufferViews)) {
		const name = MESHOPT_EXTENSIONS.find((each) => extensionOf(view, each));
		const stored = name && extensionOf(view, name);
		if (!stored) continue;
		const [count, stride, offset, length] = [stored.count, stored.byteStride, stored.byteOffset, stored.byteLength].map(countOf); // prettier-ignore
		const mode = String(stored.mode);
		const isSound = mode === 'ATTRIBUTES' ? stride % 4 === 0 && stride >= 4 && stride <= 256 : stride === 2 || stride === 4; // prettier-ignore
		if (!isSound || countOf(stored.buffer) !== 0 || offset + length > binary.length) return undefined;
		const filter = typeof stored.filter === 'string' ? stored.filter : undefined;
		packed.push({ view, source: binary.subarray(offset, offset + length), count, stride, mode, filter, at });
		delete view.extensions;
		at = aligned(at + count * stride);
	}
	return packed;
}

function aligned(length: number): number {
	return Math.ceil(length / 4) * 4;
}

function tooLarge(bytes: number): Unreadable {
	const [has, most] = [bytes, UNPACK_LIMITS.maxBytes].map((each) =>
		Math.ceil(each / 1e6).toLocaleString('en-US'),
	);
	return {
		ok: false,
		reason: `The model would take ${has} MB when it is unpacked; up to ${most} MB are supported.`,
	};
}
