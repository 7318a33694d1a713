/** Image mode: a standing plate that faces +Z, its front raised where the picture is bright (or opaque). */
import sharp from 'sharp';
import { emptyMesh, type Mesh } from './meshArrays';

/** Meters: how far the front is raised at most, and how thick the plate is behind it. */
const RAISE = 0.08;
const THICKNESS = 0.05;
/** Blur of the heights, in grid cells: keeps single bright pixels from becoming needles. */
const BLUR = 1.2;

export interface Relief {
	/** Shows the picture. */
	front: Mesh;
	/** Sides and back. */
	plate: Mesh;
}

/** Builds the plate; its longer side measures 1 m. */
export async function buildRelief(picture: Uint8Array, faces: number): Promise<Relief> {
	const { width, height } = await uprightSize(picture);
	// Sides and back take six triangles per border cell, hence a little less for the front.
	const cells = (faces * 0.94) / 2;
	const columns = Math.max(8, Math.round(Math.sqrt((cells * width) / height)));
	const rows = Math.max(8, Math.round(cells / columns));
	const size = width >= height ? [1, height / width] : [width / height, 1];
	const heights = await readHeights(picture, columns + 1, rows + 1);
	return {
		front: buildFront(heights, columns, rows, size),
		plate: buildPlate(heights, columns, rows, size),
	};
}

async function uprightSize(picture: Uint8Array): Promise<{ width: number; height: number }> {
	const { autoOrient } = await sharp(picture).metadata();
	return autoOrient;
}

/** One height per grid point, 0 to 1, from the top row down. */
async function readHeights(picture: Uint8Array, width: number, height: number): Promise<Float32Array> {
	const { hasAlpha } = await sharp(picture).metadata();
	const isCutOut = hasAlpha && !(await sharp(picture).stats()).isOpaque;
	const upright = sharp(picture).autoOrient();
	const channel = isCutOut
		? upright.ensureAlpha().extractChannel('alpha')
		: upright.flatten({ background: '#fff' }).grayscale();
	const bytes = await channel
		.resize(width, height, { fit: 'fill' })
		.blur(BLUR)
		.toColourspace('b-w')
		.raw()
		.toBuffer();
	return Float32Array.from(bytes, (value) => value / 255);
}

function buildFront(heights: Float32Array, columns: number, rows: number, [width, height]: number[]): Mesh {
	const mesh = emptyMesh((columns + 1) * (rows + 1), columns * rows * 2);
	const depth = (column: number, row: number) => {
		const x = Math.min(columns, Math.max(0, column));
		const y = Math.min(rows, Math.max(0, row));
		return heights[y * (columns + 1) + x] * RAISE;
	};
	for (let row = 0; row <= rows; row += 1) {
		for (let column = 0; column <= columns; column += 1) {
			const vertex = row * (columns + 1) + column;
			const [u, v] = [column / columns, row / rows];
			const slopeX = ((depth(column + 1, row) - depth(column - 1, row)) * columns) / (2 * width);
			const slopeY = ((depth(column, row - 1) - depth(column, row + 1)) * rows) / (2 * height);
			const length = Math.hypot(slopeX, slopeY, 1);
			const across = Math.hypot(1, slopeX);
			mesh.positions.set([(u - 0.5) * width, (1 - v) * height, depth(column, row)], vertex * 3);
			mesh.normals.set([-slopeX / length, -slopeY / length, 1 / length], vertex * 3);
			mesh.tangents.set([1 / across, 0, slopeX / across, 1], vertex * 4);
			mesh.uvs.set([u, v], vertex * 2);
		}
	}
	let index = 0;
	for (let row = 0; row < rows; row += 1) {
		for (let column = 0; column < columns; column += 1) {
			const a = row * (columns + 1) + column;
			const b = a + columns + 1;
			mesh.indices.set([a, b, b + 1, a, b + 1, a + 1], index);
			index += 6;
		}
	}
	return mesh;
}

/** Walls from the front's border to the back, and the back as a fan: nothing is left open. */
function buildPlate(heights: Float32Array, columns: number, rows: number, [width, height]: number[]): Mesh {
	const border = walkBorder(columns, rows);
	const count = border.length;
	const mesh = emptyMesh(count * 4 + count + 1, count * 3);
	let vertex = 0;
	let index = 0;
	const add = (position: number[], normal: number[], tangent: number[], uv: number[]) => {
		mesh.positions.set(position, vertex * 3);
		mesh.normals.set(normal, vertex * 3);
		mesh.tangents.set([...tangent, 1], vertex * 4);
		mesh.uvs.set(uv, vertex * 2);
		return vertex++;
	};
	const place = ([column, row]: number[]) => [
		(column / columns - 0.5) * width,
		(1 - row / rows) * height,
		heights[row * (columns + 1) + column] * RAISE,
	];
	border.forEach((from, step) => {
		const [a, b] = [place(from), place(border[(step + 1) % count])];
		const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
		const along = [(b[0] - a[0]) / length, (b[1] - a[1]) / length, 0];
		const out = [along[1], -along[0], 0];
		const [u0, u1] = [step / count, (step + 1) / count];
		const frontA = add(a, out, along, [u0, 0]);
		const frontB = add(b, out, along, [u1, 0]);
		const backB = add([b[0], b[1], -THICKNESS], out, along, [u1, 1]);
		const backA = add([a[0], a[1], -THICKNESS], out, along, [u0, 1]);
		mesh.indices.set([frontA, backA, backB, frontA, backB, frontB], index);
		index += 6;
	});
	const back = (x: number, y: number) =>
		add([x, y, -THICKNESS], [0, 0, -1], [-1, 0, 0], [0.5 - x / width, 1 - y / height]);
	const rim = border.map((point) => back(place(point)[0], place(point)[1]));
	const center = back(0, height / 2);
	rim.forEach((corner, step) => {
		mesh.indices.set([center, rim[(step + 1) % count], corner], index);
		index += 3;
	});
	return mesh;
}

/** Grid points around the edge, anticlockwise as seen from the front. */
function walkBorder(columns: number, rows: number): number[][] {
	const points: number[][] = [];
	for (let row = 0; row < rows; row += 1) points.push([0, row]);
	for (let column = 0; column < columns; column += 1) points.push([column, rows]);
	for (let row = rows; row > 0; row -= 1) points.push([columns, row]);
	for (let column = columns; column > 0; column -= 1) points.push([column, 0]);
	return points;
}
