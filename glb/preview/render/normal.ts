/** Which way a surface faces at a sample: its vertices' normals, or its plane's, with the detail of a normal map. */
import type { Barycentric } from './barycentric';
import { texel } from './sampling';

/** The normal of the last question, of length 1, towards the camera's side; one for all, to allocate nothing. */
export const normal = { x: 0, y: 0, z: 1 };

/** The normal at the present sample, into `normal`; the plane's where the vertices have none. */
export function findNormal(corners: Barycentric, normals: Float32Array | undefined): void {
	let x = corners.planeX;
	let y = corners.planeY;
	let z = corners.planeZ;
	if (normals) {
		const mixedX = corners.mix(normals, 3, 0);
		const mixedY = corners.mix(normals, 3, 1);
		const mixedZ = corners.mix(normals, 3, 2);
		const length = Math.sqrt(mixedX * mixedX + mixedY * mixedY + mixedZ * mixedZ);
		if (length > 0) {
			x = mixedX / length;
			y = mixedY / length;
			z = mixedZ / length;
		}
	}
	const side = corners.isFront ? 1 : -1;
	normal.x = x * side;
	normal.y = y * side;
	normal.z = z * side;
}

/**
 * Bends `normal` by the normal map's color in `texel`, in the frame that the texture coordinates span on the triangle.
 *
 * @param coordinates of the map's set; without them nothing is bent
 */
export function bendNormal(
	corners: Barycentric,
	positions: Float32Array,
	coordinates: Float32Array | undefined,
	strength: number,
): void {
	if (!coordinates) return;
	const { a, b, c } = corners;
	const du1 = coordinates[b * 2] - coordinates[a * 2];
	const dv1 = coordinates[b * 2 + 1] - coordinates[a * 2 + 1];
	const du2 = coordinates[c * 2] - coordinates[a * 2];
	const dv2 = coordinates[c * 2 + 1] - coordinates[a * 2 + 1];
	const sign = Math.sign(du1 * dv2 - du2 * dv1);
	const edge = (corner: number, axis: number) => positions[corner * 3 + axis] - positions[a * 3 + axis];
	let tx = (edge(b, 0) * dv2 - edge(c, 0) * dv1) * sign;
	let ty = (edge(b, 1) * dv2 - edge(c, 1) * dv1) * sign;
	let tz = (edge(b, 2) * dv2 - edge(c, 2) * dv1) * sign;
	const along = tx * normal.x + ty * normal.y + tz * normal.z;
	tx -= along * normal.x;
	ty -= along * normal.y;
	tz -= along * normal.z;
	const tangentLength = Math.sqrt(tx * tx + ty * ty + tz * tz);
	// Coordinates without an area give no frame, and nothing to bend in.
	if (!(tangentLength > 0)) return;
	tx /= tangentLength;
	ty /= tangentLength;
	tz /= tangentLength;
	// Seen from behind the frame is turned with the normal.
	const handed = corners.isFront ? sign : -sign;
	const bx = (normal.y * tz - normal.z * ty) * handed;
	const by = (normal.z * tx - normal.x * tz) * handed;
	const bz = (normal.x * ty - normal.y * tx) * handed;
	const alongTangent = (texel.red * 2 - 1) * strength;
	// glTF's green points up, its v coordinate down.
	const alongBitangent = -(texel.green * 2 - 1) * strength;
	const outwards = Math.max(0.1, texel.blue * 2 - 1);
	const x = tx * alongTangent + bx * alongBitangent + normal.x * outwards;
	const y = ty * alongTangent + by * alongBitangent + normal.y * outwards;
	const z = tz * alongTangent + bz * alongBitangent + normal.z * outwards;
	const length = Math.sqrt(x * x + y * y + z * z);
	normal.x = x / length;
	normal.y = y / length;
	normal.z = z / length;
}
