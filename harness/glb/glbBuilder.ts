/** A GLB put together by hand: every field of the description is in sight, and nothing is checked or completed. */
import type { Gltf, GltfMaterial, GltfNode, GltfPrimitive } from '../../glb/facts/gltf';
import { rawGlb } from './buildGlb';

type Numbers = Float32Array | Uint32Array | Uint16Array | Uint8Array | Int16Array | Int8Array;

const COMPONENT_TYPES = new Map<unknown, number>([
	[Int8Array, 5120],
	[Uint8Array, 5121],
	[Int16Array, 5122],
	[Uint16Array, 5123],
	[Uint32Array, 5125],
	[Float32Array, 5126],
]);
const WIDTHS = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT4: 16 } as const;

export class GlbBuilder {
	readonly gltf: Required<
		Pick<
			Gltf,
			'nodes' | 'meshes' | 'materials' | 'textures' | 'images' | 'samplers' | 'accessors' | 'bufferViews'
		>
	> &
		Gltf = {
		asset: { version: '2.0', generator: 'test' },
		scenes: [{ nodes: [] }],
		nodes: [],
		meshes: [],
		materials: [],
		textures: [],
		images: [],
		samplers: [],
		accessors: [],
		bufferViews: [],
	};
	private readonly parts: Buffer[] = [];
	private length = 0;

	/** Adds bytes, aligned to four, and returns their buffer view. */
	view(bytes: Uint8Array, byteStride?: number): number {
		const padding = Buffer.alloc((4 - (bytes.length % 4)) % 4);
		this.gltf.bufferViews.push({ buffer: 0, byteOffset: this.length, byteLength: bytes.length, byteStride });
		this.parts.push(Buffer.from(bytes), padding);
		this.length += bytes.length + padding.length;
		return this.gltf.bufferViews.length - 1;
	}

	accessor(numbers: Numbers, type: keyof typeof WIDTHS = 'SCALAR', normalized?: boolean): number {
		const width = WIDTHS[type];
		const columns = Array.from({ length: width }, (_, i) =>
			Array.from(numbers).filter((__, at) => at % width === i),
		);
		this.gltf.accessors.push({
			bufferView: this.view(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)),
			componentType: COMPONENT_TYPES.get(numbers.constructor),
			count: numbers.length / width,
			type,
			normalized,
			min: columns.map((column) => column.reduce((a, b) => Math.min(a, b), Infinity)),
			max: columns.map((column) => column.reduce((a, b) => Math.max(a, b), -Infinity)),
		});
		return this.gltf.accessors.length - 1;
	}

	/** Adds an image in the file and a texture of it. */
	texture(image: Uint8Array, mimeType = 'image/png', sampler?: object): number {
		this.gltf.images.push({ bufferView: this.view(image), mimeType });
		if (sampler) this.gltf.samplers.push(sampler);
		this.gltf.textures.push({
			source: this.gltf.images.length - 1,
			sampler: sampler && this.gltf.samplers.length - 1,
		});
		return this.gltf.textures.length - 1;
	}

	material(material: GltfMaterial): number {
		this.gltf.materials.push(material);
		return this.gltf.materials.length - 1;
	}

	mesh(...primitives: GltfPrimitive[]): number {
		this.gltf.meshes.push({ primitives });
		return this.gltf.meshes.length - 1;
	}

	/** Adds a node to the scene, or, with `parent`, below another. */
	node(node: GltfNode, parent?: number): number {
		const index = this.gltf.nodes.push(node) - 1;
		if (parent === undefined) this.gltf.scenes?.[0].nodes?.push(index);
		else this.gltf.nodes[parent].children = [...(this.gltf.nodes[parent].children ?? []), index];
		return index;
	}

	toGlb(): Uint8Array {
		const binary = Buffer.concat(this.parts);
		const others = this.gltf.buffers?.slice(1) ?? [];
		const gltf = { ...this.gltf, buffers: [{ byteLength: binary.length }, ...others] };
		// The format knows no empty lists.
		const isFull = ([, value]: [string, unknown]) => !(Array.isArray(value) && value.length === 0);
		return rawGlb(Object.fromEntries(Object.entries(gltf).filter(isFull)), binary);
	}
}

export interface Shape {
	positions: number[];
	normals: number[];
	coordinates: number[];
	indices: number[];
}

/** The accessors of a shape as a primitive. */
export function primitiveOf(builder: GlbBuilder, shape: Shape, material?: number): GltfPrimitive {
	return {
		attributes: {
			POSITION: builder.accessor(new Float32Array(shape.positions), 'VEC3'),
			NORMAL: builder.accessor(new Float32Array(shape.normals), 'VEC3'),
			TEXCOORD_0: builder.accessor(new Float32Array(shape.coordinates), 'VEC2'),
		},
		indices: builder.accessor(new Uint32Array(shape.indices)),
		material,
	};
}

/** A surface over a grid of (u, v), both from 0 to 1; v runs so that u × v points out of the front. */
export function gridShape(
	columns: number,
	rows: number,
	at: (u: number, v: number) => { point: number[]; normal: number[] },
): Shape {
	const shape: Shape = { positions: [], normals: [], coordinates: [], indices: [] };
	for (let row = 0; row <= rows; row++) {
		for (let column = 0; column <= columns; column++) {
			const [u, v] = [column / columns, row / rows];
			const { point, normal } = at(u, v);
			shape.positions.push(...point);
			shape.normals.push(...normal);
			shape.coordinates.push(u, 1 - v);
			if (row === rows || column === columns) continue;
			const first = row * (columns + 1) + column;
			const above = first + columns + 1;
			shape.indices.push(first, first + 1, above + 1, first, above + 1, above);
		}
	}
	return shape;
}

export function sphereShape(radius = 1, detail = 24): Shape {
	return gridShape(detail * 2, detail, (u, v) => {
		const [around, up] = [2 * Math.PI * u, Math.PI * (v - 0.5)];
		const normal = [Math.cos(up) * Math.sin(around), Math.sin(up), Math.cos(up) * Math.cos(around)];
		return { point: normal.map((value) => value * radius), normal };
	});
}

/** A square in the x–y plane around the origin that faces +Z. */
export function quadShape(width = 1, height = width): Shape {
	return gridShape(1, 1, (u, v) => ({
		point: [(u - 0.5) * width, (v - 0.5) * height, 0],
		normal: [0, 0, 1],
	}));
}
