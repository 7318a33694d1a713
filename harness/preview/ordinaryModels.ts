/** A million faces in each of the usual ways to write them: a kind in, a GLB out. */
import { GlbBuilder } from '../glb/glbBuilder';
import type { GltfPrimitive } from '../../glb/facts/gltf';

const FACES = 1_000_000;
/** Quads along and around a tube. */
const ALONG = 5_000;
const AROUND = FACES / 2 / ALONG;
const COPIES = 100;

type Numbers = Float32Array | Uint32Array | Uint8Array;
type Width = 1 | 3 | 4 | 16;

const COMPONENT = { Float32Array: 5126, Uint32Array: 5125, Uint8Array: 5121 };
const TYPE = { 1: 'SCALAR', 3: 'VEC3', 4: 'VEC4', 16: 'MAT4' } as const;

/** Adds numbers without looking at them one by one, which would take minutes. */
function add(builder: GlbBuilder, numbers: Numbers, width: Width): number {
	const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
	const componentType = COMPONENT[numbers.constructor.name as keyof typeof COMPONENT];
	const count = numbers.length / width;
	const accessor = { bufferView: builder.view(bytes), componentType, count, type: TYPE[width] };
	return builder.gltf.accessors.push(accessor) - 1;
}

interface Tube {
	positions: Float32Array;
	normals: Float32Array;
	indices: Uint32Array;
	strip: Uint32Array;
}

/** A tube whose ring of vertices closes with one of its own, bent so that its triangles point everywhere. */
function tube(along: number): Tube {
	const ring = AROUND + 1;
	const positions = new Float32Array((along + 1) * ring * 3);
	const normals = new Float32Array(positions.length);
	for (let i = 0, at = 0; i <= along; i++) {
		const t = (i / along) * 2 * Math.PI;
		for (let j = 0; j < ring; j++, at += 3) {
			const angle = (j / AROUND) * 2 * Math.PI;
			const outwards = Math.cos(angle);
			normals.set([Math.cos(t) * outwards, Math.sin(angle), Math.sin(t) * outwards], at);
			for (let k = 0; k < 3; k++) positions[at + k] = 0.25 * normals[at + k];
			positions[at] += Math.cos(t);
			positions[at + 1] += 0.3 * Math.sin(3 * t);
			positions[at + 2] += Math.sin(t);
		}
	}
	const indices = new Uint32Array(along * AROUND * 6);
	// Rows of a strip are joined by two corners that are there twice, which makes triangles of no area.
	const strip = new Uint32Array(along * (2 * ring + 2));
	for (let i = 0, at = 0, place = 0; i < along; i++) {
		const first = i * ring;
		for (let j = 0; j < AROUND; j++, at += 6) {
			const corner = first + j;
			indices.set([corner, corner + 1, corner + ring, corner + 1, corner + ring + 1, corner + ring], at);
		}
		strip[place++] = first;
		for (let j = 0; j < ring; j++) {
			strip[place++] = first + j;
			strip[place++] = first + ring + j;
		}
		strip[place++] = first + ring + AROUND;
	}
	return { positions, normals, indices, strip };
}

function indexed(builder: GlbBuilder, { positions, normals, indices }: Tube): GltfPrimitive {
	const attributes = { POSITION: add(builder, positions, 3), NORMAL: add(builder, normals, 3) };
	return { attributes, indices: add(builder, indices, 1) };
}

function spread(numbers: Float32Array, indices: Uint32Array): Float32Array {
	const out = new Float32Array(indices.length * 3);
	indices.forEach((vertex, corner) => out.set(numbers.subarray(vertex * 3, vertex * 3 + 3), corner * 3));
	return out;
}

function withMesh(builder: GlbBuilder, primitive: GltfPrimitive, node: object = {}): void {
	builder.node({ mesh: builder.mesh(primitive), ...node });
}

const KINDS: Record<string, (builder: GlbBuilder) => void> = {
	'with an index': (builder) => withMesh(builder, indexed(builder, tube(ALONG))),
	'without an index': (builder) => {
		const { positions, normals, indices } = tube(ALONG);
		const POSITION = add(builder, spread(positions, indices), 3);
		withMesh(builder, { attributes: { POSITION, NORMAL: add(builder, spread(normals, indices), 3) } });
	},
	'triangle strips': (builder) => {
		const { strip, ...shape } = tube(ALONG);
		withMesh(builder, { ...indexed(builder, { ...shape, strip, indices: strip }), mode: 5 });
	},
	'colors of three numbers': (builder) => {
		const shape = tube(ALONG);
		const primitive = indexed(builder, shape);
		primitive.attributes!.COLOR_0 = add(builder, shape.normals.map(Math.abs), 3);
		withMesh(builder, primitive);
	},
	'morph targets': (builder) => {
		const shape = tube(ALONG);
		const primitive = indexed(builder, shape);
		primitive.targets = [0, 1].map(() => ({ POSITION: add(builder, shape.normals, 3), NORMAL: add(builder, shape.normals, 3) })); // prettier-ignore
		withMesh(builder, primitive, { weights: [0.05, 0.02] });
	},
	'a skin': (builder) => {
		const shape = tube(ALONG);
		const primitive = indexed(builder, shape);
		const vertices = shape.positions.length / 3;
		const joints = new Uint8Array(vertices * 4).map((_, index) => index % 4);
		primitive.attributes!.JOINTS_0 = add(builder, joints, 4);
		primitive.attributes!.WEIGHTS_0 = add(builder, new Float32Array(vertices * 4).fill(0.25), 4);
		builder.gltf.skins = [{ joints: [0, 1, 2, 3].map((joint) => builder.node({ translation: [0, joint / 100, 0] })) }]; // prettier-ignore
		withMesh(builder, primitive, { skin: 0 });
	},
	[`${COPIES} copies (instancing)`]: (builder) => {
		const places = new Float32Array(COPIES * 3).map(
			(_, index) => Math.floor(index / 3) % [10, 1, 100][index % 3],
		);
		const TRANSLATION = add(builder, places, 3);
		const extensions = { EXT_mesh_gpu_instancing: { attributes: { TRANSLATION } } };
		withMesh(builder, indexed(builder, tube(ALONG / COPIES)), { extensions });
	},
};

export const ORDINARY_KINDS = Object.keys(KINDS);

export function buildOrdinaryModel(kind: string): Uint8Array {
	const builder = new GlbBuilder();
	KINDS[kind](builder);
	return builder.toGlb();
}
