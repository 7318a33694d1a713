/** Glass and the like: triangles that let through what is behind, drawn from the farthest to the nearest. */
import type { TimeSlicer } from '../../timeSlicer';
import type { SeenSurface } from './project';
import type { DepthBuffer } from './depthBuffer';
import { color } from './tone';

/** Works out `color` for a triangle at a sample. */
export type ShadeSample = (surface: SeenSurface, triangle: number, column: number, row: number) => void;

/** Above this many, triangles are sorted by their distance in this many steps; the eye cannot tell. */
const DISTANCE_STEPS = 65_536;

/** What is laid over the opaque samples, multiplied by its alpha already. */
export class TranslucentLayer {
	/** Red, green and blue times alpha, and alpha, of each sample. */
	readonly colors: Float32Array;
	/** Number of the first triangle of each surface among those of this layer. */
	private readonly firsts: number[] = [];

	constructor(
		private readonly surfaces: readonly SeenSurface[],
		private readonly opaque: DepthBuffer,
		private readonly shade: ShadeSample,
	) {
		this.colors = new Float32Array(opaque.side * opaque.side * 4);
		let first = 0;
		for (const { indices } of surfaces) {
			this.firsts.push(first);
			first += indices.length / 3;
		}
	}

	async draw(slicer: TimeSlicer): Promise<void> {
		const order = await this.sortByDistance(slicer);
		let next = 0;
		if (order.length === 0) return;
		await slicer.inSteps(256, (amount) => {
			for (let left = amount; next < order.length && left > 0; ) {
				left -= 1 + this.drawSome(order[next], left);
				if (this.opaque.isDone) next += 1;
			}
			return next < order.length;
		});
	}

	/** Goes on with a triangle; returns how many samples were looked at. */
	private drawSome(number: number, samples: number): number {
		const index = this.surfaceOf(number);
		const surface = this.surfaces[index];
		// The test is asked for samples that nothing opaque hides; its answer keeps them out of the depth buffer.
		return this.opaque.drawSome(surface, number - this.firsts[index], samples, (triangle, x, y) => {
			this.blend(surface, triangle, Math.floor(x), Math.floor(y));
			return false;
		});
	}

	/** Index of the surface that holds a triangle: there may be thousands of either. */
	private surfaceOf(number: number): number {
		let low = 0;
		let high = this.surfaces.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if (this.firsts[middle] <= number) low = middle;
			else high = middle - 1;
		}
		return low;
	}

	private blend(surface: SeenSurface, triangle: number, column: number, row: number): void {
		this.shade(surface, triangle, column, row);
		const { alpha } = color;
		if (alpha <= 0) return;
		const { colors } = this;
		const at = (row * this.opaque.side + column) * 4;
		const kept = 1 - alpha;
		colors[at] = color.red * alpha + colors[at] * kept;
		colors[at + 1] = color.green * alpha + colors[at + 1] * kept;
		colors[at + 2] = color.blue * alpha + colors[at + 2] * kept;
		colors[at + 3] = alpha + colors[at + 3] * kept;
	}

	/** Numbers of the triangles over all surfaces, the farthest first. */
	private async sortByDistance(slicer: TimeSlicer): Promise<Uint32Array> {
		const count = this.surfaces.reduce((sum, { indices }) => sum + indices.length / 3, 0);
		const nearness = new Float32Array(count);
		let low = Infinity;
		let high = 0;
		let first = 0;
		for (const { indices, screen } of this.surfaces) {
			await slicer.inBatches(indices.length / 3, 8192, (from, to) => {
				for (let i = from; i < to; i++) {
					nearness[first + i] =
						screen[indices[i * 3] * 3 + 2] +
						screen[indices[i * 3 + 1] * 3 + 2] +
						screen[indices[i * 3 + 2] * 3 + 2];
					// As it is stored, so that the least of all has no place before the first.
					const value = nearness[first + i];
					if (value < low) low = value;
					if (value > high) high = value;
				}
			});
			first += indices.length / 3;
		}
		const scale = (DISTANCE_STEPS - 1) / (high - low || 1);
		const starts = new Uint32Array(DISTANCE_STEPS + 1);
		const step = (value: number) =>
			Math.min(DISTANCE_STEPS - 1, Math.max(0, Math.floor((value - low) * scale))) || 0;
		await slicer.inBatches(count, 16_384, (from, to) => {
			for (let i = from; i < to; i++) starts[step(nearness[i]) + 1] += 1;
		});
		for (let i = 0; i < DISTANCE_STEPS; i++) starts[i + 1] += starts[i];
		const order = new Uint32Array(count);
		await slicer.inBatches(count, 16_384, (from, to) => {
			for (let i = from; i < to; i++) order[starts[step(nearness[i])]++] = i;
		});
		return order;
	}
}
