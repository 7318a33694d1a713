/** Triangles: the arrays of one primitive, and joining several into one. */

/** Three numbers: a place, a direction, or a color. */
export type Vec3 = [number, number, number];

export interface Mesh {
	/** x, y, z in meters, +Y up. */
	positions: Float32Array;
	normals: Float32Array;
	/** x, y, z and handedness; for normal textures. */
	tangents: Float32Array;
	uvs: Float32Array;
	indices: Uint32Array;
}

export function emptyMesh(vertexCount: number, faceCount: number): Mesh {
	return {
		positions: new Float32Array(vertexCount * 3),
		normals: new Float32Array(vertexCount * 3),
		tangents: new Float32Array(vertexCount * 4),
		uvs: new Float32Array(vertexCount * 2),
		indices: new Uint32Array(faceCount * 3),
	};
}

/** One mesh out of many, vertices in order. */
export function joinMeshes(meshes: Mesh[]): Mesh {
	const sum = (count: (mesh: Mesh) => number) => meshes.reduce((total, mesh) => total + count(mesh), 0);
	const joined = emptyMesh(
		sum((mesh) => mesh.positions.length / 3),
		sum((mesh) => mesh.indices.length / 3),
	);
	let vertex = 0;
	let index = 0;
	for (const mesh of meshes) {
		joined.positions.set(mesh.positions, vertex * 3);
		joined.normals.set(mesh.normals, vertex * 3);
		joined.tangents.set(mesh.tangents, vertex * 4);
		joined.uvs.set(mesh.uvs, vertex * 2);
		for (const corner of mesh.indices) joined.indices[index++] = corner + vertex;
		vertex += mesh.positions.length / 3;
	}
	return joined;
}

/** Scales and moves meshes together: longest side 1 m, standing on y = 0, centered on the vertical axis. */
export function standUpright(meshes: Mesh[]): void {
	const low = [Infinity, Infinity, Infinity];
	const high = [-Infinity, -Infinity, -Infinity];
	for (const { positions } of meshes) {
		for (let at = 0; at < positions.length; at += 1) {
			low[at % 3] = Math.min(low[at % 3], positions[at]);
			high[at % 3] = Math.max(high[at % 3], positions[at]);
		}
	}
	const scale = 1 / Math.max(...high.map((value, axis) => value - low[axis]));
	const origin = [(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2];
	for (const { positions } of meshes) {
		for (let at = 0; at < positions.length; at += 1) {
			positions[at] = (positions[at] - origin[at % 3]) * scale;
		}
	}
}
