/** The starting pose of a skinned mesh: skins of the file in, the transform of each vertex out. */
import { at, countOf, listOf } from '../../facts/gltf';
import { IDENTITY, multiply, type Matrix } from '../../facts/matrix';
import type { DrawnMesh, DrawnScene } from '../../facts/walkScene';
import type { TimeSlicer } from '../../timeSlicer';
import { readFloats } from './accessor';
import type { GlbFile } from './glbFile';

/** The transform of each vertex of a skinned primitive; the matrix is valid until the next call. */
export interface VertexJoints {
	matrixOf(vertex: number): Matrix;
}

/** Joints and weights of vertices, four each. */
export interface VertexWeights {
	joints?: Float32Array;
	weights?: Float32Array;
}

/** The skins of one file, each read once. */
export class Skins {
	/** Where the joints of each skin stand, 16 numbers per joint; worked out once however many meshes use it. */
	private readonly matrices = new Map<number, Float64Array>();

	constructor(
		private readonly file: GlbFile,
		private readonly scene: DrawnScene,
		private readonly slicer: TimeSlicer,
	) {}

	/** What moves the vertices of a skinned mesh, or undefined for any other, or a skin that cannot be read. */
	async jointsOf(drawn: DrawnMesh, { joints, weights }: VertexWeights): Promise<VertexJoints | undefined> {
		const { skin } = drawn.node;
		if (skin === undefined || !at(this.file.gltf.skins, skin) || !joints || !weights) return undefined;
		const matrices = this.matrices.get(skin) ?? (await this.load(skin));
		this.matrices.set(skin, matrices);
		return { matrixOf: blendedBy(matrices, joints, weights, drawn.world) };
	}

	private async load(index: number): Promise<Float64Array> {
		const { file, scene, slicer } = this;
		const skin = at(file.gltf.skins, index);
		const joints = listOf(skin?.joints);
		const accessor = at(file.gltf.accessors, skin?.inverseBindMatrices);
		// There may be more of them than joints (glTF 2.0, 3.7.3.1), but not without end.
		const count = Math.min(countOf(accessor?.count), 2 * joints.length);
		const inverses = await readFloats(file, skin?.inverseBindMatrices, 16, count, slicer);
		const matrices = new Float64Array(joints.length * 16);
		await slicer.inBatches(joints.length, 64, (from, to) => {
			for (let joint = from; joint < to; joint++) {
				const isGiven = inverses !== undefined && inverses.length >= (joint + 1) * 16;
				const inverse = isGiven ? Array.from(inverses.subarray(joint * 16, joint * 16 + 16)) : IDENTITY;
				matrices.set(multiply(scene.worlds.get(joints[joint]) ?? IDENTITY, inverse), joint * 16);
			}
		});
		return matrices;
	}
}

function blendedBy(
	matrices: Float64Array,
	joints: Float32Array,
	weights: Float32Array,
	world: Matrix,
): (vertex: number) => Matrix {
	const blended = new Array<number>(16).fill(0);
	return (vertex) => {
		blended.fill(0);
		let total = 0;
		for (let i = vertex * 4; i < vertex * 4 + 4; i++) {
			const first = joints[i] * 16;
			if (!(weights[i] > 0) || matrices[first] === undefined) continue;
			total += weights[i];
			for (let k = 0; k < 16; k++) blended[k] += weights[i] * matrices[first + k];
		}
		if (total === 0) return world;
		for (let k = 0; k < 16; k++) blended[k] /= total;
		return blended;
	};
}
