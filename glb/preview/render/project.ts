/** Where vertices appear in the picture: points in the world in, sample coordinates and nearness out. */
import type { TimeSlicer } from '../../timeSlicer';
import type { Camera } from './camera';
import type { Surface } from '../scene/drawableScene';

/** A surface as one camera sees it. */
export interface SeenSurface extends Surface {
	/** Three per vertex: x and y in samples from the top left corner, and 1 / distance along the line of sight. */
	screen: Float32Array;
	/** Number of the surface's first triangle among all triangles. */
	firstTriangle: number;
}

/** @param side samples along each side of the picture */
export async function projectSurfaces(
	surfaces: readonly Surface[],
	camera: Camera,
	side: number,
	slicer: TimeSlicer,
): Promise<SeenSurface[]> {
	const seen: SeenSurface[] = [];
	let firstTriangle = 0;
	for (const surface of surfaces) {
		const screen = new Float32Array(surface.positions.length);
		await slicer.inBatches(screen.length / 3, 8192, (from, to) => {
			project(surface.positions, camera, side, screen, from, to);
		});
		seen.push({ ...surface, screen, firstTriangle });
		firstTriangle += surface.indices.length / 3;
	}
	return seen;
}

function project(
	positions: Float32Array,
	{ position, right, up, back, fieldOfViewDegrees }: Camera,
	side: number,
	screen: Float32Array,
	from: number,
	to: number,
): void {
	const focal = side / 2 / Math.tan((fieldOfViewDegrees * Math.PI) / 360);
	for (let i = from * 3; i < to * 3; i += 3) {
		const x = positions[i] - position[0];
		const y = positions[i + 1] - position[1];
		const z = positions[i + 2] - position[2];
		const nearness = -1 / (back[0] * x + back[1] * y + back[2] * z);
		screen[i] = side / 2 + focal * nearness * (right[0] * x + right[1] * y + right[2] * z);
		screen[i + 1] = side / 2 - focal * nearness * (up[0] * x + up[1] * y + up[2] * z);
		screen[i + 2] = nearness;
	}
}
