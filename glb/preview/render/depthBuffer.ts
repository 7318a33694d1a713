/** Which triangle is nearest at each sample of the picture: a depth buffer that remembers the triangle. */
import type { TimeSlicer } from '../../timeSlicer';
import type { SeenSurface } from './project';

/** Whether a sample of a triangle is drawn, though the triangle covers it: for cut-out materials. */
export type SampleTest = (triangle: number, x: number, y: number) => boolean;

/** Above this width in samples a triangle's rows are solved for their ends, below it every sample is tried. */
const SMALL_TRIANGLE = 6;
/** Work of the first step, in samples; and of looking at a triangle, in the same unit. */
const FIRST_SAMPLES = 4096;
const TRIANGLE_COST = 12;

/** Square, reused from picture to picture: `clear` makes it empty. */
export class DepthBuffer {
	/** 1 / distance of the nearest triangle, 0 where there is none. */
	readonly nearness: Float32Array;
	/** Number of the nearest triangle plus 1, 0 where there is none. */
	readonly triangle: Uint32Array;
	private isUsed = false;
	private readonly corners = new ScreenTriangle();

	/** @param side samples along each side */
	constructor(readonly side: number) {
		this.nearness = new Float32Array(side * side);
		this.triangle = new Uint32Array(side * side);
	}

	/** Makes room for the next picture; costs nothing the first time. */
	clear(): void {
		if (this.isUsed) {
			this.nearness.fill(0);
			this.triangle.fill(0);
		}
		this.isUsed = true;
	}

	/** Draws the triangles of a surface. */
	async draw(surface: SeenSurface, slicer: TimeSlicer, test?: SampleTest): Promise<void> {
		const count = surface.indices.length / 3;
		let next = 0;
		if (count === 0) return;
		await slicer.inSteps(FIRST_SAMPLES, (amount) => {
			for (let left = amount; next < count && left > 0; ) {
				left -= TRIANGLE_COST + this.drawSome(surface, next, left, test);
				if (this.isDone) next += 1;
			}
			return next < count;
		});
	}

	/** Whether the last call of `drawSome` came to the end of its triangle. */
	get isDone(): boolean {
		return this.corners.row > this.corners.bottom;
	}

	/**
	 * Draws a triangle, or goes on with it where the last call left off, and stops after about as many samples as given,
	 * so that even one triangle that fills the picture is drawn in steps. Returns how many were looked at.
	 */
	drawSome(surface: SeenSurface, index: number, samples: number, test?: SampleTest): number {
		const { corners } = this;
		if (corners.surface !== surface || corners.index !== index || this.isDone) {
			corners.open(surface, index, this.side);
			if (this.isDone) return 0;
		}
		const width = corners.right - corners.left + 1;
		const from = corners.row;
		corners.row = Math.min(corners.bottom + 1, from + Math.max(1, Math.ceil(samples / width)));
		this.fill(from, corners.row, surface.firstTriangle + index + 1, test);
		return (corners.row - from) * width;
	}

	/** Fills rows `from` to `to` of the open triangle. */
	private fill(from: number, to: number, id: number, test: SampleTest | undefined): void {
		const { nearness, triangle, side } = this;
		const { left, right, x0, y0, x1, y1, x2, y2, z0, slopeX, slopeY, index } = this.corners;
		// Each edge function is 0 on its edge and grows towards the inside.
		const step0 = y1 - y2;
		const step1 = y2 - y0;
		const step2 = y0 - y1;
		const isSmall = right - left < SMALL_TRIANGLE;
		for (let row = from; row < to; row++) {
			const y = row + 0.5;
			const x = left + 0.5;
			let w0 = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1);
			let w1 = (x0 - x2) * (y - y2) - (y0 - y2) * (x - x2);
			let w2 = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0);
			let start = left;
			let end = right;
			if (!isSmall) {
				// One sample more at either end: the test below decides, and divisions round.
				if (step0 > 0) start = Math.max(start, left + Math.floor(-w0 / step0));
				else if (step0 < 0) end = Math.min(end, left + Math.ceil(-w0 / step0));
				if (step1 > 0) start = Math.max(start, left + Math.floor(-w1 / step1));
				else if (step1 < 0) end = Math.min(end, left + Math.ceil(-w1 / step1));
				if (step2 > 0) start = Math.max(start, left + Math.floor(-w2 / step2));
				else if (step2 < 0) end = Math.min(end, left + Math.ceil(-w2 / step2));
				const skipped = start - left;
				w0 += skipped * step0;
				w1 += skipped * step1;
				w2 += skipped * step2;
			}
			let z = z0 + slopeX * (start + 0.5 - x0) + slopeY * (y - y0);
			for (let column = start; column <= end; column++) {
				if (w0 >= 0 && w1 >= 0 && w2 >= 0) {
					const sample = row * side + column;
					if (z > nearness[sample] && (test === undefined || test(index, column + 0.5, y))) {
						nearness[sample] = z;
						triangle[sample] = id;
					}
				}
				w0 += step0;
				w1 += step1;
				w2 += step2;
				z += slopeX;
			}
		}
	}
}

/** A triangle on the screen, its corners brought into clockwise order, and how far it has been drawn. */
class ScreenTriangle {
	surface?: SeenSurface;
	index = -1;
	x0 = 0.5;
	y0 = 0.5;
	x1 = 0.5;
	y1 = 0.5;
	x2 = 0.5;
	y2 = 0.5;
	/** Nearness at the first corner, and its change per sample to the right and downwards. */
	z0 = 0.5;
	slopeX = 0.5;
	slopeY = 0.5;
	/** Samples that it may cover. */
	left = 0;
	right = -1;
	bottom = -1;
	/** Next row to draw; beyond the bottom when there is none. */
	row = 0;

	open(surface: SeenSurface, index: number, side: number): void {
		this.surface = surface;
		this.index = index;
		this.row = 0;
		this.bottom = -1;
		const { screen, indices, material } = surface;
		const a = indices[index * 3] * 3;
		let b = indices[index * 3 + 1] * 3;
		let c = indices[index * 3 + 2] * 3;
		const x0 = screen[a];
		const y0 = screen[a + 1];
		let area = (screen[b] - x0) * (screen[c + 1] - y0) - (screen[c] - x0) * (screen[b + 1] - y0);
		// Seen from the front the corners run counter-clockwise, which is negative with y downwards.
		if (area < 0) {
			const swapped = b;
			b = c;
			c = swapped;
			area = -area;
		} else if (!material.doubleSided || !(area > 0)) {
			return;
		}
		const x1 = screen[b];
		const y1 = screen[b + 1];
		const x2 = screen[c];
		const y2 = screen[c + 1];
		const top = Math.max(0, Math.ceil(Math.min(y0, y1, y2) - 0.5));
		const bottom = Math.min(side - 1, Math.floor(Math.max(y0, y1, y2) - 0.5));
		this.left = Math.max(0, Math.ceil(Math.min(x0, x1, x2) - 0.5));
		this.right = Math.min(side - 1, Math.floor(Math.max(x0, x1, x2) - 0.5));
		if (this.left > this.right || !(top <= bottom)) return;
		this.row = top;
		this.bottom = bottom;
		this.x0 = x0;
		this.y0 = y0;
		this.x1 = x1;
		this.y1 = y1;
		this.x2 = x2;
		this.y2 = y2;
		this.z0 = screen[a + 2];
		const rise1 = (screen[b + 2] - this.z0) / area;
		const rise2 = (screen[c + 2] - this.z0) / area;
		this.slopeX = rise1 * (y2 - y0) - rise2 * (y1 - y0);
		this.slopeY = rise2 * (x1 - x0) - rise1 * (x2 - x0);
	}
}
