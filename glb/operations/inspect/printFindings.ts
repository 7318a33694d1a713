/** What a slicer would say of a shape: triangles in, sentences out. Vertices at one place count as one. */
import type { Part } from '../../preview/scene/loadGeometry';
import type { TimeSlicer } from '../../timeSlicer';
import { decimalsFor } from '../convert/decimals';
import type { OpenModel } from '../convert/openModel';
import { weld } from '../convert/weld';
import { type EdgeCounts, countEdges } from './edges';

/** A sentence per kind of fault: open edges, edges of too many faces, faces turned round, a shape inside out. */
export async function findForPrinting({ parts, extent }: OpenModel, slicer: TimeSlicer): Promise<string[]> {
	const { corners, places, volume } = await join(
		parts,
		decimalsFor(Math.max(...extent.max.map((value, axis) => value - extent.min[axis]))),
		slicer,
	);
	const counts = await countEdges(corners, places, slicer);
	const findings = [...inWords(counts)];
	const isClosed = counts.open + counts.nonManifold + counts.turned === 0;
	if (isClosed && volume < 0) findings.push('The shape is inside out: its faces point inward.');
	return findings;
}

/** All triangles that have an area, with joined vertices, and the volume inside, cubic meters. */
async function join(parts: readonly Part[], decimals: number, slicer: TimeSlicer) {
	const sizes = parts.reduce(
		(sum, { positions, indices }) => ({
			positions: sum.positions + positions.length,
			indices: sum.indices + indices.length,
		}),
		{ positions: 0, indices: 0 },
	);
	const positions = new Float32Array(sizes.positions);
	let first = 0;
	for (const part of parts) {
		const start = first;
		await slicer.inBatches(part.positions.length, 1 << 20, (from, to) =>
			positions.set(part.positions.subarray(from, to), start + from),
		);
		first += part.positions.length;
	}
	const { places, points } = await weld(positions, decimals, slicer);
	const corners = new Uint32Array(sizes.indices);
	let [written, volume, offset] = [0, 0, 0];
	for (const part of parts) {
		const start = offset;
		await slicer.inBatches(part.indices.length / 3, 4096, (from, to) => {
			for (let i = from * 3; i < to * 3; i += 3) {
				const [a, b, c] = [0, 1, 2].map((corner) => places[start + part.indices[i + corner]]);
				if (a === b || b === c || a === c) continue;
				corners[written++] = a;
				corners[written++] = b;
				corners[written++] = c;
				volume += volumeOf(points, a * 3, b * 3, c * 3);
			}
		});
		offset += part.positions.length / 3;
	}
	return { corners: corners.subarray(0, written), places: points.length / 3, volume };
}

/** Of the tetrahedron between a triangle and the origin, with its sign. */
function volumeOf(p: Float32Array, a: number, b: number, c: number): number {
	return (
		(p[a] * (p[b + 1] * p[c + 2] - p[b + 2] * p[c + 1]) +
			p[a + 1] * (p[b + 2] * p[c] - p[b] * p[c + 2]) +
			p[a + 2] * (p[b] * p[c + 1] - p[b + 1] * p[c])) /
		6
	);
}

function* inWords({ open, nonManifold, turned }: EdgeCounts): Generator<string> {
	if (open > 0)
		yield `The shape is not closed: ${edges(open)} only one face (holes, or sheets without thickness).`;
	if (nonManifold > 0) yield `${edges(nonManifold)} more than two faces (non-manifold).`;
	if (turned > 0) yield `${edges(turned)} two faces that point in opposite directions.`;
}

function edges(count: number): string {
	return count === 1 ? '1 edge has' : `${count.toLocaleString('en-US')} edges have`;
}
