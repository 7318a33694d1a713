/** The model as a lamp sees it, from infinitely far: what is nearest to the lamp is lit, the rest is in its shadow. */
import type { TimeSlicer } from '../../timeSlicer';
import type { Surface } from '../scene/drawableScene';
import { DepthBuffer } from './depthBuffer';
import { cross, normalize, type Vector } from './vector';

/** The lamp's view of the whole model, with its depths along the lamp's direction. */
export class ShadowMap {
	private constructor(
		readonly buffer: DepthBuffer,
		private readonly axes: { right: Vector; up: Vector; towards: Vector },
		/** Left, lower and far end of what the view covers, along the axes. */
		private readonly origin: Vector,
		/** Side of the square that the view covers, meters; depth is measured in it too. */
		readonly extent: number,
	) {}

	/**
	 * @param towards unit vector from the model to the lamp
	 * @param margin part of the view that stays empty at each side
	 */
	static async draw(
		surfaces: readonly Surface[],
		towards: Vector,
		side: number,
		margin: number,
		slicer: TimeSlicer,
	): Promise<ShadowMap> {
		const helper: Vector = Math.abs(towards[1]) > 0.99 ? [0, 0, -1] : [0, 1, 0];
		const right = normalize(cross(helper, towards));
		const axes = { right, up: cross(towards, right), towards };
		const [low, high] = await boundsAlong(surfaces, axes, slicer);
		const inner = Math.max(high[0] - low[0], high[1] - low[1], high[2] - low[2]) || 1;
		const extent = inner / (1 - 2 * margin);
		const center = (axis: number) => (low[axis] + high[axis]) / 2 - extent / 2;
		const view = new ShadowMap(
			new DepthBuffer(side),
			axes,
			[center(0), center(1), low[2] - extent * 0.05],
			extent,
		);
		for (const surface of surfaces) await view.add(surface, slicer);
		return view;
	}

	/** Where a point appears: x and y in samples, and its height towards the lamp in extents, 0.05 for the lowest. */
	locate(x: number, y: number, z: number, out: Float64Array): void {
		const { right, up, towards } = this.axes;
		const scale = this.buffer.side / this.extent;
		out[0] = (right[0] * x + right[1] * y + right[2] * z - this.origin[0]) * scale;
		out[1] = (up[0] * x + up[1] * y + up[2] * z - this.origin[1]) * scale;
		out[2] = (towards[0] * x + towards[1] * y + towards[2] * z - this.origin[2]) / this.extent;
	}

	private async add(surface: Surface, slicer: TimeSlicer): Promise<void> {
		const { positions } = surface;
		const screen = new Float32Array(positions.length);
		const place = new Float64Array(3);
		await slicer.inBatches(screen.length / 3, 8192, (from, to) => {
			for (let i = from * 3; i < to * 3; i += 3) {
				this.locate(positions[i], positions[i + 1], positions[i + 2], place);
				screen[i] = place[0];
				screen[i + 1] = place[1];
				screen[i + 2] = place[2];
			}
		});
		// Both sides keep light away, whichever the material shows.
		const seen = {
			...surface,
			screen,
			firstTriangle: 0,
			material: { ...surface.material, doubleSided: true },
		};
		await this.buffer.draw(seen, slicer);
	}
}

async function boundsAlong(
	surfaces: readonly Surface[],
	axes: { right: Vector; up: Vector; towards: Vector },
	slicer: TimeSlicer,
): Promise<[low: number[], high: number[]]> {
	const low = [Infinity, Infinity, Infinity];
	const high = [-Infinity, -Infinity, -Infinity];
	for (const { positions } of surfaces) {
		await slicer.inBatches(positions.length / 3, 8192, (from, to) => {
			for (const [axis, vector] of [axes.right, axes.up, axes.towards].entries()) {
				for (let i = from * 3; i < to * 3; i += 3) {
					const along =
						vector[0] * positions[i] + vector[1] * positions[i + 1] + vector[2] * positions[i + 2];
					if (along < low[axis]) low[axis] = along;
					if (along > high[axis]) high[axis] = along;
				}
			}
		});
	}
	return [low, high];
}
