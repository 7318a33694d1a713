/** Which triangle is nearest at each sample of the picture: a depth buffer that remembers the triangle. */
import type { SeenSurface } from './project';

/** Whether a sample of a triangle is drawn, though the triangle covers it: for cut-out materials. */
export type SampleTest = (triangle: number, x: number, y: number) => boolean;

/** Above this width in samples a triangle's rows are solved for their ends, below it every sample is tried. */
const SMALL_TRIANGLE = 6;

export class DepthBuffer {
	/** 1 / distance of the nearest triangle, 0 where there is none. */
	readonly nearness: Float32Array;
	/** Number of the nearest triangle plus 1, 0 where there is none. */
	readonly triangle: Uint32Array;

	/** @param side samples along each side */
	constructor(readonly side: number) {
		this.nearness = new Float32Array(side * side);
		this.triangle = new Uint32Array(side * side);
	}

	clear(): void {
		this.nearness.fill(0);
		this.triangle.fill(0);
	}

	/** Draws triangles `from` to `to` of a surface. */
	draw(surface: SeenSurface, from: number, to: number, test?: SampleTest): void {
		const { screen, indices, firstTriangle } = surface;
		const cull = !surface.material.doubleSided;
		for (let index = from; index < to; index++) {
			const a = indices[index * 3] * 3;
			let b = indices[index * 3 + 1] * 3;
			let c = indices[index * 3 + 2] * 3;
			const x0 = screen[a];
			const y0 = screen[a + 1];
			let area = (screen[b] - x0) * (screen[c + 1] - y0) - (screen[c] - x0) * (screen[b + 1] - y0);
			// Seen from the front the corners run counter-clockwise, which is negative with y downwards.
			if (area >= 0) {
				if (cull || area === 0) continue;
			} else {
				[b, c] = [c, b];
				area = -area;
			}
			this.fill(screen, a, b, c, area, firstTriangle + index + 1, index, test);
		}
	}

	/** Fills one triangle whose corners run clockwise on the screen; `a`, `b`, `c` are places in `screen`. */
	private fill(
		screen: Float32Array,
		a: number,
		b: number,
		c: number,
		area: number,
		id: number,
		index: number,
		test: SampleTest | undefined,
	): void {
		const { nearness, triangle, side } = this;
		const x0 = screen[a];
		const y0 = screen[a + 1];
		const x1 = screen[b];
		const y1 = screen[b + 1];
		const x2 = screen[c];
		const y2 = screen[c + 1];
		const left = Math.max(0, Math.ceil(Math.min(x0, x1, x2) - 0.5));
		const right = Math.min(side - 1, Math.floor(Math.max(x0, x1, x2) - 0.5));
		const top = Math.max(0, Math.ceil(Math.min(y0, y1, y2) - 0.5));
		const bottom = Math.min(side - 1, Math.floor(Math.max(y0, y1, y2) - 0.5));
		if (left > right || top > bottom) return;
		const z0 = screen[a + 2];
		const dz1 = (screen[b + 2] - z0) / area;
		const dz2 = (screen[c + 2] - z0) / area;
		const slopeX = dz1 * (y2 - y0) - dz2 * (y1 - y0);
		const slopeY = dz2 * (x1 - x0) - dz1 * (x2 - x0);
		// Each edge function is 0 on its edge and grows towards the inside.
		const stepX0 = y1 - y2;
		const stepX1 = y2 - y0;
		const stepX2 = y0 - y1;
		const isSmall = right - left < SMALL_TRIANGLE;
		for (let row = top; row <= bottom; row++) {
			const y = row + 0.5;
			const x = left + 0.5;
			let w0 = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1);
			let w1 = (x0 - x2) * (y - y2) - (y0 - y2) * (x - x2);
			let w2 = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0);
			let from = left;
			let to = right;
			if (!isSmall) {
				// One sample more at either end: the test below decides, and divisions round.
				if (stepX0 > 0) from = Math.max(from, left + Math.floor(-w0 / stepX0));
				else if (stepX0 < 0) to = Math.min(to, left + Math.ceil(-w0 / stepX0));
				if (stepX1 > 0) from = Math.max(from, left + Math.floor(-w1 / stepX1));
				else if (stepX1 < 0) to = Math.min(to, left + Math.ceil(-w1 / stepX1));
				if (stepX2 > 0) from = Math.max(from, left + Math.floor(-w2 / stepX2));
				else if (stepX2 < 0) to = Math.min(to, left + Math.ceil(-w2 / stepX2));
				const skipped = from - left;
				w0 += skipped * stepX0;
				w1 += skipped * stepX1;
				w2 += skipped * stepX2;
			}
			let z = z0 + slopeX * (from + 0.5 - x0) + slopeY * (y - y0);
			for (let column = from; column <= to; column++) {
				if (w0 >= 0 && w1 >= 0 && w2 >= 0) {
					const sample = row * side + column;
					if (z > nearness[sample] && (test === undefined || test(index, column + 0.5, y))) {
						nearness[sample] = z;
						triangle[sample] = id;
					}
				}
				w0 += stepX0;
				w1 += stepX1;
				w2 += stepX2;
				z += slopeX;
			}
		}
	}
}
