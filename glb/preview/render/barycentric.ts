/**
 * A triangle opened up for shading: what is the same all over it is worked out once, what differs is interpolated per
 * sample, in perspective. One `Barycentric` goes from triangle to triangle, so that nothing is allocated per sample.
 */
import type { SeenSurface } from './project';

/** Set to a triangle and then to a sample; holds the last one only. */
export class Barycentric {
	/** Places of the three corners: vertex numbers. */
	a = 0;
	b = 0;
	c = 0;
	/** Weights of the corners at the present sample; they add up to 1. */
	weightA = 0;
	weightB = 0;
	weightC = 0;
	/** Normal of the triangle's plane, of length 1, to the side its corners run counter-clockwise on. */
	planeX = 0;
	planeY = 0;
	planeZ = 1;
	/** Whether that side faces the camera. */
	isFront = true;

	private surface?: SeenSurface;
	private triangle = -1;
	private x0 = 0;
	private y0 = 0;
	private bX = 0;
	private bY = 0;
	private cX = 0;
	private cY = 0;
	private nearA = 0;
	private nearB = 0;
	private nearC = 0;
	private signedArea = 1;

	/** Turns to a triangle; returns whether it is another one than before. */
	open(surface: SeenSurface, triangle: number): boolean {
		if (surface === this.surface && triangle === this.triangle) return false;
		this.surface = surface;
		this.triangle = triangle;
		const { indices, screen, positions } = surface;
		this.a = indices[triangle * 3];
		this.b = indices[triangle * 3 + 1];
		this.c = indices[triangle * 3 + 2];
		const a = this.a * 3;
		const b = this.b * 3;
		const c = this.c * 3;
		this.x0 = screen[a];
		this.y0 = screen[a + 1];
		this.bX = screen[b] - this.x0;
		this.bY = screen[b + 1] - this.y0;
		this.cX = screen[c] - this.x0;
		this.cY = screen[c + 1] - this.y0;
		this.nearA = screen[a + 2];
		this.nearB = screen[b + 2];
		this.nearC = screen[c + 2];
		const area = this.bX * this.cY - this.cX * this.bY;
		this.isFront = area < 0;
		this.signedArea = area || 1;
		const ux = positions[b] - positions[a];
		const uy = positions[b + 1] - positions[a + 1];
		const uz = positions[b + 2] - positions[a + 2];
		const vx = positions[c] - positions[a];
		const vy = positions[c + 1] - positions[a + 1];
		const vz = positions[c + 2] - positions[a + 2];
		const x = uy * vz - uz * vy;
		const y = uz * vx - ux * vz;
		const z = ux * vy - uy * vx;
		const length = Math.sqrt(x * x + y * y + z * z) || 1;
		this.planeX = x / length;
		this.planeY = y / length;
		this.planeZ = z / length;
		return true;
	}

	/** Goes to a sample of the open triangle. */
	moveTo(x: number, y: number): void {
		const dx = x - this.x0;
		const dy = y - this.y0;
		const b = (dx * this.cY - this.cX * dy) / this.signedArea;
		const c = (this.bX * dy - dx * this.bY) / this.signedArea;
		const nearA = Math.max(0, 1 - b - c) * this.nearA;
		const nearB = Math.max(0, b) * this.nearB;
		const nearC = Math.max(0, c) * this.nearC;
		const scale = 1 / (nearA + nearB + nearC);
		this.weightA = nearA * scale;
		this.weightB = nearB * scale;
		this.weightC = nearC * scale;
	}

	/** Area on the screen, in samples, times two. */
	get screenArea(): number {
		return Math.abs(this.signedArea);
	}

	/** One of several numbers per vertex, at the present sample. */
	mix(values: Float32Array, width: number, part: number): number {
		return (
			values[this.a * width + part] * this.weightA +
			values[this.b * width + part] * this.weightB +
			values[this.c * width + part] * this.weightC
		);
	}
}
