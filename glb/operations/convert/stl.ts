/** Binary STL: triangles in, a file in millimeters with z up out. It holds the shape alone. */
import type { TimeSlicer } from '../../timeSlicer';
import { CannotConvert } from './cannotConvert';
import type { OpenModel } from './openModel';
import { isFlat, printSpaceOf } from './printSpace';

const HEADER_BYTES = 80;
const TRIANGLE_BYTES = 50;
/** Readers take a file that begins with "solid" for text. */
const HEADER = 'Binary STL, unit: millimeter, Z up. n8n-nodes-image3d';

/**
 * The bytes of the file: 84, and 50 per triangle. Fails with `CannotConvert` for a model too large for millimeters, or
 * without a surface.
 */
export async function writeStl({ parts, faces, extent }: OpenModel, slicer: TimeSlicer): Promise<Uint8Array> {
	const toPrintSpace = printSpaceOf(extent);
	if (!toPrintSpace) throw new CannotConvert('The model is too large for a 3D printing file.');
	const file = new Uint8Array(HEADER_BYTES + 4 + faces * TRIANGLE_BYTES);
	file.set(new TextEncoder().encode(HEADER));
	const view = new DataView(file.buffer);
	const corners = new Float32Array(9);
	const normal = [0, 0, 0];
	let written = 0;
	for (const { positions, indices } of parts) {
		await slicer.inBatches(indices.length / 3, 4096, (from, to) => {
			for (let face = from; face < to; face++) {
				for (let corner = 0; corner < 3; corner++)
					toPrintSpace(positions, indices[face * 3 + corner], corners, corner * 3);
				if (isFlat(corners)) continue;
				normalOf(corners, normal);
				const at = HEADER_BYTES + 4 + written * TRIANGLE_BYTES;
				for (let i = 0; i < 3; i++) view.setFloat32(at + i * 4, normal[i], true);
				for (let i = 0; i < 9; i++) view.setFloat32(at + 12 + i * 4, corners[i], true);
				written++;
			}
		});
	}
	if (written === 0) throw new CannotConvert('The model has no surface, so there is nothing to print.');
	view.setUint32(HEADER_BYTES, written, true);
	return file.subarray(0, HEADER_BYTES + 4 + written * TRIANGLE_BYTES);
}

function normalOf(c: Float32Array, out: number[]): void {
	const [ax, ay, az] = [c[3] - c[0], c[4] - c[1], c[5] - c[2]];
	const [bx, by, bz] = [c[6] - c[0], c[7] - c[1], c[8] - c[2]];
	const [x, y, z] = [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
	const length = Math.hypot(x, y, z) || 1;
	out[0] = x / length;
	out[1] = y / length;
	out[2] = z / length;
}
