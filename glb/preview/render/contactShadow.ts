/** The soft shadow that a model throws on the floor it stands on, which is what makes it stand there. */
import type { TimeSlicer } from '../../timeSlicer';
import type { Camera } from './camera';
import { ShadowMap } from './shadowMap';
import type { Surface } from '../scene/drawableScene';

/** Places along each side of the floor that are worked out. */
const GRID = 128;
/** Part of the floor beyond the model, at each side. */
const MARGIN = 0.22;
/** Height above the floor at which a part's shadow has faded to a third, as a part of the model's size. */
const FADE = 0.14;
/** Darkest shadow. */
const STRENGTH = 0.38;
/** Lowest height in the view from below, in extents (see `ShadowMap.locate`). */
const LOWEST = 0.05;

/** How dark the floor is at each place, worked out once per model. */
export class ContactShadow {
	private constructor(
		private readonly darkness: Float32Array,
		private readonly view: ShadowMap,
		private readonly height: number,
	) {}

	/** @param height of the floor: the model's lowest point */
	static async prepare(
		surfaces: readonly Surface[],
		height: number,
		slicer: TimeSlicer,
	): Promise<ContactShadow> {
		// Seen from below, what is nearest is what stands on the floor.
		const view = await ShadowMap.draw(surfaces, [0, -1, 0], GRID, MARGIN, slicer);
		const { nearness } = view.buffer;
		let highest = 0;
		for (const value of nearness) highest = Math.max(highest, value);
		const darkness = nearness.map((value) => (value < LOWEST ? 0 : Math.exp((value - highest) / FADE)));
		for (const radius of [3, 5, 7]) {
			await slicer.pause();
			blur(darkness, radius);
		}
		return new ContactShadow(darkness, view, height);
	}

	/** Darkness of the floor seen at a point of the picture, 0 to 1; x and y in half pictures from its middle. */
	shadowAt(camera: Camera, x: number, y: number, place: Float64Array): number {
		const slope = Math.tan((camera.fieldOfViewDegrees * Math.PI) / 360);
		const { position, right, up, back } = camera;
		const downwards = slope * (x * right[1] + y * up[1]) - back[1];
		if (downwards >= -1e-3) return 0;
		const distance = (this.height - position[1]) / downwards;
		const along = (axis: number) =>
			position[axis] + distance * (slope * (x * right[axis] + y * up[axis]) - back[axis]);
		this.view.locate(along(0), this.height, along(2), place);
		return STRENGTH * this.darknessAt(place[0] - 0.5, place[1] - 0.5);
	}

	private darknessAt(x: number, y: number): number {
		const column = Math.floor(x);
		const row = Math.floor(y);
		if (column < 0 || row < 0 || column >= GRID - 1 || row >= GRID - 1) return 0;
		const { darkness } = this;
		const at = row * GRID + column;
		const fx = x - column;
		const upper = darkness[at] + (darkness[at + 1] - darkness[at]) * fx;
		const lower = darkness[at + GRID] + (darkness[at + GRID + 1] - darkness[at + GRID]) * fx;
		return upper + (lower - upper) * (y - row);
	}
}

/** A box blur along both axes; three of them in a row come close to a Gaussian. */
function blur(grid: Float32Array, radius: number): void {
	for (const [step, line] of [
		[1, GRID],
		[GRID, 1],
	]) {
		const source = grid.slice();
		for (let i = 0; i < GRID; i++) {
			let sum = 0;
			for (let k = -radius; k < GRID; k++) {
				if (k + radius < GRID) sum += source[i * line + (k + radius) * step];
				if (k - radius - 1 >= 0) sum -= source[i * line + (k - radius - 1) * step];
				if (k >= 0) grid[i * line + k * step] = sum / (2 * radius + 1);
			}
		}
	}
}
