/** A 3MF from its own text: a file in; its places, triangles, size and volume out. */
import { unzip } from './unzip';

export function readThreeMf(file: Uint8Array) {
	const xml = unzip(file).get('3D/3dmodel.model')!.toString('utf8');
	const vertices = [...xml.matchAll(/<vertex x="([^"]+)" y="([^"]+)" z="([^"]+)"/g)].map((match) =>
		match.slice(1).map(Number),
	);
	const triangles = [...xml.matchAll(/<triangle v1="(\d+)" v2="(\d+)" v3="(\d+)"/g)].map((match) =>
		match.slice(1).map(Number),
	);
	const axes = [0, 1, 2].map((axis) => vertices.map((vertex) => vertex[axis]));
	const min = axes.map((values) => values.reduce((a, b) => Math.min(a, b)));
	const size = axes.map((values, axis) => values.reduce((a, b) => Math.max(a, b)) - min[axis]);
	const volume = triangles.reduce((sum, corners) => {
		const [a, b, c] = corners.map((corner) => vertices[corner]);
		const cross = [b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0]];
		return sum + (a[0] * cross[0] + a[1] * cross[1] + a[2] * cross[2]) / 6;
	}, 0);
	return { xml, vertices, triangles, min, size, volume };
}
