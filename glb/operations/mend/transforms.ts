/** Where nodes stand: matrices and turns in, such as the format allows out. */
import type { GltfNode } from '../../facts/gltf';
import type { Repairs } from './repairs';
import { TURN_WITHIN } from './vertices';

/** How far the norm of a matrix may be from that of its parts: a little less than the Khronos validator allows. */
const NORM_WITHIN = 0.00004;
const EPSILON = 1e-12;

/** Puts the transform of a node right in place. */
export function mendTransform(node: GltfNode, isAnimated: boolean, repairs: Repairs): void {
	const { matrix, rotation } = node;
	if (rotation) {
		const length = Math.hypot(...rotation);
		if (Math.abs(1 - length) > TURN_WITHIN || rotation.some((each) => Math.abs(each) > 1)) {
			repairs.note('numbers');
			if (length > EPSILON) node.rotation = rotation.map((each) => each / length);
			else delete node.rotation;
		}
	}
	if (!matrix) return;
	const hasParts = Boolean(node.translation ?? node.rotation ?? node.scale);
	if (!hasParts && !isAnimated && isMadeOfParts(matrix)) return;
	repairs.note('hierarchy');
	delete node.matrix;
	// Viewers take the matrix where there are both.
	Object.assign(node, partsOf(matrix));
}

/** Whether a matrix is a move, a turn and a scale, and nothing else. */
function isMadeOfParts(matrix: readonly number[]): boolean {
	const m = matrix.map(Math.fround);
	if (m[3] !== 0 || m[7] !== 0 || m[11] !== 0 || m[15] !== 1) return false;
	const determinant = determinantOf(m);
	if (determinant === 0 || !Number.isFinite(determinant)) return false;
	if (isIdentity(m)) return true;
	const { scale, axes } = axesOf(m);
	// As single-precision floats, which the validator works with.
	const turn = turnOf(axes.map((axis) => axis.map(Math.fround))).map(Math.fround);
	const turned = composed(turn).map(Math.fround);
	const sized = turned.map((value, i) => Math.fround(value * Math.fround(scale[Math.floor(i / 3)])));
	const again = [0, 3, 6].flatMap((at) => [...sized.slice(at, at + 3), 0]);
	return Math.abs(norm(m) - norm([...again, ...m.slice(12)])) < NORM_WITHIN;
}

function isIdentity(m: readonly number[]): boolean {
	return m.every((value, i) => value === (i % 5 === 0 ? 1 : 0));
}

/** The parts that come nearest: what three.js shows of a matrix that is more than these. */
function partsOf(m: readonly number[]): Required<Pick<GltfNode, 'translation' | 'rotation' | 'scale'>> {
	const { scale, axes } = axesOf(m);
	const turn = turnOf(axes);
	const length = Math.hypot(...turn);
	const isTurn = length > EPSILON && Number.isFinite(length);
	const rotation = isTurn ? turn.map((value) => Math.min(1, Math.max(-1, value / length))) : [0, 0, 0, 1];
	return { translation: m.slice(12, 15), rotation, scale };
}

/** How long the columns of a matrix are, and where they point. */
function axesOf(m: readonly number[]): { scale: number[]; axes: number[][] } {
	const columns = [0, 4, 8].map((at) => m.slice(at, at + 3));
	const scale = columns.map((column) => Math.hypot(...column));
	if (determinantOf(m) < 0) scale[0] = -scale[0];
	const axes = columns.map((column, i) => (Math.abs(scale[i]) > EPSILON ? column.map((value) => value / scale[i]) : undefined)); // prettier-ignore
	for (let i = 0; i < 3; i++) axes[i] ??= missingAxis(axes, i);
	return { scale, axes: axes as number[][] };
}

/** A flat model has no third axis: the one that stands on the others. */
function missingAxis(axes: ReadonlyArray<number[] | undefined>, i: number): number[] {
	const [b, c] = [axes[(i + 1) % 3], axes[(i + 2) % 3]];
	if (b && c) {
		const axis = [b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0]];
		const length = Math.hypot(...axis);
		if (length > EPSILON) return axis.map((value) => value / length);
	}
	return [0, 1, 2].map((k) => (k === i ? 1 : 0));
}

function turnOf([x, y, z]: number[][]): number[] {
	const trace = x[0] + y[1] + z[2];
	if (trace > 0) {
		const s = Math.sqrt(trace + 1) * 2;
		return [(y[2] - z[1]) / s, (z[0] - x[2]) / s, (x[1] - y[0]) / s, s / 4];
	}
	if (x[0] > y[1] && x[0] > z[2]) {
		const s = Math.sqrt(1 + x[0] - y[1] - z[2]) * 2;
		return [s / 4, (y[0] + x[1]) / s, (z[0] + x[2]) / s, (y[2] - z[1]) / s];
	}
	if (y[1] > z[2]) {
		const s = Math.sqrt(1 + y[1] - x[0] - z[2]) * 2;
		return [(y[0] + x[1]) / s, s / 4, (z[1] + y[2]) / s, (z[0] - x[2]) / s];
	}
	const s = Math.sqrt(1 + z[2] - x[0] - y[1]) * 2;
	return [(z[0] + x[2]) / s, (z[1] + y[2]) / s, s / 4, (x[1] - y[0]) / s];
}

/** The three columns of a turn. */
function composed([x, y, z, w]: readonly number[]): number[] {
	return [
		1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w),
		2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w),
		2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y),
	]; // prettier-ignore
}

/** Largest sum of a column. */
function norm(m: readonly number[]): number {
	const sum = (values: readonly number[]) => values.reduce((all, value) => all + Math.abs(value), 0);
	return Math.max(...[0, 4, 8, 12].map((at) => sum(m.slice(at, at + 4))));
}

function determinantOf(m: readonly number[]): number {
	return (
		m[0] * (m[5] * m[10] - m[6] * m[9]) -
		m[4] * (m[1] * m[10] - m[2] * m[9]) +
		m[8] * (m[1] * m[6] - m[2] * m[5])
	);
}
