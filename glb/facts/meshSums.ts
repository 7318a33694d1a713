/** What a mesh is, worked out once however many nodes draw it: a description and a mesh's index in, its sums out. */
import { at, countOf, listOf, PRIMITIVE_MODE, type Gltf, type GltfPrimitive } from './gltf';

/** What one mesh adds to a model each time that it is drawn. */
export interface MeshSums {
	/** Triangles. */
	faces: number;
	/** Vertices; primitives that share theirs count them once. */
	vertices: number;
	/** Accessors that hold the positions, each once. */
	positions: readonly unknown[];
	primitives: number;
}

/** The sums of a description's meshes by their index; a mesh that is not there counts nothing. */
export class MeshTable {
	private readonly sums = new Map<number, MeshSums>();

	constructor(private readonly gltf: Gltf) {}

	of(meshIndex: number): MeshSums {
		let sums = this.sums.get(meshIndex);
		if (!sums) {
			sums = this.sumUp(listOf(at(this.gltf.meshes, meshIndex)?.primitives));
			this.sums.set(meshIndex, sums);
		}
		return sums;
	}

	private sumUp(primitives: readonly GltfPrimitive[]): MeshSums {
		const positions = [...new Set<unknown>(primitives.map((primitive) => primitive?.attributes?.POSITION))];
		let faces = 0;
		let vertices = 0;
		for (const primitive of primitives) faces += trianglesOf(this.gltf, primitive);
		for (const accessor of positions) vertices += countOf(at(this.gltf.accessors, accessor)?.count);
		return { faces, vertices, positions, primitives: primitives.length };
	}
}

/** Triangles that a primitive draws. */
export function trianglesOf(gltf: Gltf, primitive: GltfPrimitive): number {
	const accessor = at(gltf.accessors, primitive?.indices ?? primitive?.attributes?.POSITION);
	const corners = countOf(accessor?.count);
	const mode = primitive?.mode ?? PRIMITIVE_MODE.triangles;
	if (mode === PRIMITIVE_MODE.triangles) return Math.floor(corners / 3);
	if (mode === PRIMITIVE_MODE.triangleStrip || mode === PRIMITIVE_MODE.triangleFan)
		return Math.max(0, corners - 2);
	return 0;
}
