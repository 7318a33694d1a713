/** The starting pose of a model that can move: morph targets at their first weights, joints where the nodes stand. */
import { at, listOf, type GltfPrimitive } from '../../facts/gltf';
import { IDENTITY, multiply, type Matrix } from '../../facts/matrix';
import type { DrawnMesh, DrawnScene } from '../../facts/walkScene';
import type { TimeSlicer } from '../../timeSlicer';
import { readFloats } from './accessor';
import type { GlbFile } from './glbFile';
import type { Shape } from './worldSpace';

/** The transform of each vertex of a skinned primitive. */
export interface VertexJoints {
	matrixOf(vertex: number): Matrix;
}

export async function addMorphs(
	file: GlbFile,
	drawn: DrawnMesh,
	primitive: GltfPrimitive,
	shape: Shape,
	slicer: TimeSlicer,
): Promise<Shape> {
	const weights = listOf(drawn.node.weights ?? drawn.mesh.weights);
	let { positions, normals } = shape;
	for (const [index, target] of listOf(primitive.targets).entries()) {
		const weight = Number(weights[index] ?? 0);
		if (!weight) continue;
		positions = added(positions, await readFloats(file, target?.POSITION, 3, slicer), weight);
		if (normals) normals = added(normals, await readFloats(file, target?.NORMAL, 3, slicer), weight);
	}
	return { positions, normals };
}

function added(base: Float32Array, change: Float32Array | undefined, weight: number): Float32Array {
	return change?.length === base.length ? base.map((value, i) => value + weight * change[i]) : base;
}

/** What moves the vertices of a skinned mesh, or undefined for any other, or a skin that cannot be read. */
export async function skinMatrices(
	file: GlbFile,
	scene: DrawnScene,
	drawn: DrawnMesh,
	vertices: { joints?: Float32Array; weights?: Float32Array },
	slicer: TimeSlicer,
): Promise<VertexJoints | undefined> {
	const skin = at(file.gltf.skins, drawn.node.skin);
	const { joints, weights } = vertices;
	if (!skin || !joints || !weights) return undefined;
	const inverses = await readFloats(file, skin.inverseBindMatrices, 16, slicer);
	const matrices = listOf(skin.joints).map((joint, index) => {
		const inverse = inverses && inverses.length >= (index + 1) * 16 ? inverses.subarray(index * 16, (index + 1) * 16) : IDENTITY; // prettier-ignore
		return multiply(scene.worlds.get(joint) ?? IDENTITY, Array.from(inverse));
	});
	const blended = new Array<number>(16);
	return {
		matrixOf(vertex) {
			blended.fill(0);
			let total = 0;
			for (let i = vertex * 4; i < vertex * 4 + 4; i++) {
				const matrix = matrices[joints[i]];
				if (!matrix || !(weights[i] > 0)) continue;
				total += weights[i];
				for (let k = 0; k < 16; k++) blended[k] += weights[i] * matrix[k];
			}
			if (total === 0) return drawn.world;
			for (let k = 0; k < 16; k++) blended[k] /= total;
			return blended;
		},
	};
}
