/**
 * Moves the vertices of a surface that has lost faces to where all of it, and what its vertices carry, lies as near as can
 * be to the surface of before. The simplifier looks at the faces around one vertex at a time; this looks at the whole. What
 * is held stays in its place, and no face is turned over.
 */
import type { TimeSlicer } from '../../timeSlicer';
import { breakNormals } from './creases';
import { findCounterparts } from './counterparts';
import { fitNumbers } from './leastSquares';
import type { Axes } from './nearestOnFace';
import { pressInside, type Plane } from './outline';
import { samplesOf } from './samples';
import type { UsedVertices, Surface } from './surface';

/** What is known of a surface beside its numbers. */
export interface Settling {
	/** The length that a difference of 1 in each column stands for. */
	lengths: readonly number[];
	/** The first of the three columns that hold the normal, if any do. */
	normal: number | undefined;
	/** What no place may lie outside of. */
	outline: readonly Plane[];
}

/** Cosine of the angle by which a face may turn. */
const MAX_TURN = 0.3;
/** How often faces are looked at that turned because others were put back. */
const LOOKS = 8;

/**
 * Done once: a second time would move hardly anything. Where the normals that are asked for differ, vertices become several.
 */
export async function settle(
	after: UsedVertices,
	before: Surface,
	{ lengths, normal, outline }: Settling,
	slicer: TimeSlicer,
): Promise<void> {
	const samples = samplesOf(before);
	await slicer.pause();
	const { axes, columns, held } = after;
	const former: Axes = [axes[0].slice(), axes[1].slice(), axes[2].slice()];
	const counterparts = await findCounterparts(samples, after, lengths, slicer);
	if (counterparts === undefined) return;
	const { amongPlaces, amongVertices } = counterparts;
	const fitColumn = (column: number) =>
		fitNumbers(columns[column], samples.columns[3 + column], amongVertices);
	for (const [axis, numbers] of axes.entries()) {
		fitNumbers(numbers, samples.columns[axis], amongPlaces, held);
		await slicer.pause();
	}
	for (const column of columns.keys()) {
		fitColumn(column);
		await slicer.pause();
	}
	pressInside(axes, outline, held);
	turnBack(axes, former, after.faces);
	if (normal !== undefined) {
		breakNormals(after, samples, counterparts, normal);
		await slicer.pause();
		for (let i = 0; i < 3; i++) fitColumn(normal + i);
	}
}

/** Puts the corners of faces that turned over back to where they were. */
function turnBack(axes: Axes, former: Axes, faces: Uint32Array): void {
	for (let look = 0; look < LOOKS; look++) {
		let turned = 0;
		for (let at = 0; at < faces.length; at += 3) {
			const corners = faces.subarray(at, at + 3);
			if (!hasTurned(axes, former, corners)) continue;
			turned++;
			for (const place of corners) for (let i = 0; i < 3; i++) axes[i][place] = former[i][place];
		}
		if (turned === 0) return;
	}
	for (let i = 0; i < 3; i++) axes[i].set(former[i]);
}

function hasTurned(axes: Axes, former: Axes, corners: Uint32Array): boolean {
	const [x, y, z] = across(axes, corners);
	const [fx, fy, fz] = across(former, corners);
	const lengths = Math.sqrt((x * x + y * y + z * z) * (fx * fx + fy * fy + fz * fz));
	return x * fx + y * fy + z * fz < lengths * MAX_TURN;
}

/** Perpendicular to a face, as long as its area twice. */
function across([px, py, pz]: Axes, [a, b, c]: Uint32Array): [number, number, number] {
	const [ux, uy, uz] = [px[b] - px[a], py[b] - py[a], pz[b] - pz[a]];
	const [vx, vy, vz] = [px[c] - px[a], py[c] - py[a], pz[c] - pz[a]];
	return [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
}
