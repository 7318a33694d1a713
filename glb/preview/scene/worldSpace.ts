/** Puts a primitive in its place: vertices in mesh space in, vertices in meters in the world out. */
import type { Matrix } from '../../facts/matrix';
import type { TimeSlicer } from '../../timeSlicer';
import type { Surface } from './drawableScene';
import type { VertexJoints } from './skinning';

/** Three numbers per vertex, in the mesh's own space. */
export interface Shape {
	positions: Float32Array;
	normals?: Float32Array;
}

/** @param joints where given, they move the vertices instead of the node's own matrix (glTF 2.0, 3.7.3.3) */
export async function toWorld(
	shape: Shape,
	indices: Uint32Array,
	world: Matrix,
	joints: VertexJoints | undefined,
	slicer: TimeSlicer,
): Promise<Pick<Surface, 'positions' | 'normals' | 'indices'>> {
	const count = shape.positions.length / 3;
	const positions = new Float32Array(count * 3);
	const normals = shape.normals && new Float32Array(count * 3);
	const normalMatrix = cofactors(world);
	const ofVertex = new Array<number>(9).fill(0);
	await slicer.inBatches(count, 4096, (from, to) => {
		for (let vertex = from; vertex < to; vertex++) {
			const matrix = joints ? joints.matrixOf(vertex) : world;
			applyPoint(matrix, shape.positions, positions, vertex * 3);
			if (shape.normals && normals) {
				applyDirection(
					joints ? cofactors(matrix, ofVertex) : normalMatrix,
					shape.normals,
					normals,
					vertex * 3,
				);
			}
		}
	});
	const isMirrored = !joints && determinant(world) < 0;
	return { positions, normals, indices: isMirrored ? await flipped(indices, slicer) : indices };
}

function applyPoint(m: Matrix, from: Float32Array, to: Float32Array, at: number): void {
	const [x, y, z] = [from[at], from[at + 1], from[at + 2]];
	to[at] = m[0] * x + m[4] * y + m[8] * z + m[12];
	to[at + 1] = m[1] * x + m[5] * y + m[9] * z + m[13];
	to[at + 2] = m[2] * x + m[6] * y + m[10] * z + m[14];
}

function applyDirection(m: Matrix, from: Float32Array, to: Float32Array, at: number): void {
	const [x, y, z] = [from[at], from[at + 1], from[at + 2]];
	to[at] = m[0] * x + m[3] * y + m[6] * z;
	to[at + 1] = m[1] * x + m[4] * y + m[7] * z;
	to[at + 2] = m[2] * x + m[5] * y + m[8] * z;
}

/** What normals are moved by: the cofactors of the 3 × 3 part, which stay defined where the scale along an axis is 0. */
function cofactors(m: Matrix, out: number[] = new Array<number>(9)): number[] {
	const sign = determinant(m) < 0 ? -1 : 1;
	out[0] = sign * (m[5] * m[10] - m[6] * m[9]);
	out[1] = sign * (m[6] * m[8] - m[4] * m[10]);
	out[2] = sign * (m[4] * m[9] - m[5] * m[8]);
	out[3] = sign * (m[2] * m[9] - m[1] * m[10]);
	out[4] = sign * (m[0] * m[10] - m[2] * m[8]);
	out[5] = sign * (m[1] * m[8] - m[0] * m[9]);
	out[6] = sign * (m[1] * m[6] - m[2] * m[5]);
	out[7] = sign * (m[2] * m[4] - m[0] * m[6]);
	out[8] = sign * (m[0] * m[5] - m[1] * m[4]);
	return out;
}

function determinant(m: Matrix): number {
	return (
		m[0] * (m[5] * m[10] - m[6] * m[9]) -
		m[4] * (m[1] * m[10] - m[2] * m[9]) +
		m[8] * (m[1] * m[6] - m[2] * m[5])
	);
}

async function flipped(indices: Uint32Array, slicer: TimeSlicer): Promise<Uint32Array> {
	const copy = new Uint32Array(indices.length);
	await slicer.inBatches(copy.length / 3, 16_384, (from, to) => {
		for (let i = from * 3; i < to * 3; i += 3) {
			copy[i] = indices[i];
			copy[i + 1] = indices[i + 2];
			copy[i + 2] = indices[i + 1];
		}
	});
	return copy;
}
