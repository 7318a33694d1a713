/**
 * How much light reaches each pixel: less in hollows, which the depth around a pixel tells, and less where something
 * stands between it and the key light.
 */
import type { TimeSlicer } from '../../timeSlicer';
import type { Camera } from './camera';
import type { ShadowMap } from './shadowMap';
import type { DepthBuffer } from './depthBuffer';

/** Radius within which things darken each other, as a part of the model's size. */
const HOLLOW_RADIUS = 0.07;
const HOLLOW_STRENGTH = 0.85;
/** Pairs of places looked at around a pixel. */
const HOLLOW_PAIRS = 7;
/** Radius of the soft edge of a shadow, as a part of the model's size. */
const PENUMBRA = 0.018;
const SHADOW_TAPS = 12;
/** Pixels whose depth differs by no more than this part of the model's size are smoothed together. */
const SMOOTHED_DEPTH = 0.03;
/** Measuring a pixel in the unit of looking at an empty one. */
const PIXEL_COST = 40;
/** How far a point is lifted towards the lamp before it is tested, as a part of the model's size. */
const SHADOW_BIAS = 0.006;
/**
 * Cosine of the angle at which a surface begins to be shadowed, and is wholly: one that the lamp only grazes is dim
 * already, because the lamp is large, and a shadow on it would end in a line.
 */
const GRAZING = { none: 0.12, full: 0.5 };
/** The places that are looked at, as many turns of the same pattern: x and y in radii, one pattern after another. */
const TURNS = 16;
const HOLLOW_DISCS = discs(HOLLOW_PAIRS, (pair, turn) => ({
	angle: ((pair + turn / TURNS) * Math.PI) / HOLLOW_PAIRS,
	distance: 0.15 + (0.85 * ((pair * 5) % HOLLOW_PAIRS)) / HOLLOW_PAIRS,
}));
/** The golden angle spreads points evenly over a disc. */
const GOLDEN_ANGLE = 2.399963229728653;
const SHADOW_DISCS = discs(SHADOW_TAPS, (tap, turn) => ({
	angle: tap * GOLDEN_ANGLE + turn,
	distance: Math.sqrt((tap + 0.5) / SHADOW_TAPS),
}));

function discs(
	points: number,
	pointAt: (point: number, turn: number) => { angle: number; distance: number },
): Float32Array {
	const places = new Float32Array(TURNS * points * 2);
	for (let i = 0; i < TURNS * points; i++) {
		const { angle, distance } = pointAt(i % points, Math.floor(i / points));
		places[i * 2] = Math.cos(angle) * distance;
		places[i * 2 + 1] = Math.sin(angle) * distance;
	}
	return places;
}

/**
 * Two shares of light per pixel, worked out before anything is shaded: that of the surrounding and that of the key
 * light.
 */
export class OcclusionMap {
	/** Per pixel, 0 to 1. */
	readonly ambient: Float32Array;
	readonly key: Float32Array;
	/** Distance of what each pixel shows, meters along the line of sight; 0 where it shows nothing. */
	private readonly depths: Float32Array;
	/** Where the lamp sees the present pixel and its neighbors (see `ShadowMap.locate`). */
	private readonly here = new Float64Array(3);
	private readonly beside = new Float64Array(3);
	private readonly below = new Float64Array(3);
	/** Half the picture's height at a distance of 1. */
	private readonly slope: number;

	/** @param modelSize longest side of the model, meters */
	constructor(
		private readonly size: number,
		private readonly samples: number,
		private readonly buffer: DepthBuffer,
		private readonly camera: Camera,
		private readonly keyView: ShadowMap,
		private readonly modelSize: number,
	) {
		this.ambient = new Float32Array(size * size).fill(1);
		this.key = new Float32Array(size * size).fill(1);
		this.depths = new Float32Array(size * size);
		this.slope = Math.tan((camera.fieldOfViewDegrees * Math.PI) / 360);
	}

	async measure(slicer: TimeSlicer): Promise<void> {
		const { size } = this;
		await slicer.inBatches(size, 16, (from, to) => this.readDepths(from, to));
		let pixel = 0;
		await slicer.inSteps(1024, (amount) => {
			for (let left = amount; pixel < size * size && left > 0; pixel++) left -= this.measurePixel(pixel);
			return pixel < size * size;
		});
		await this.smooth(slicer);
	}

	/** Evens out the grain: the mean of 4 × 4 pixels of about the same depth. */
	private async smooth(slicer: TimeSlicer): Promise<void> {
		const { size, depths } = this;
		const [ambient, key] = [this.ambient.slice(), this.key.slice()];
		const tolerance = this.modelSize * SMOOTHED_DEPTH;
		await slicer.inBatches(size, 8, (from, to) => {
			for (let y = from; y < to; y++) {
				const top = Math.max(0, y - 1);
				const bottom = Math.min(size - 1, y + 2);
				for (let x = 0; x < size; x++) {
					const depth = depths[y * size + x];
					if (depth === 0) continue;
					const end = Math.min(size - 1, x + 2);
					let ambientSum = 0;
					let keySum = 0;
					let count = 0;
					for (let row = top; row <= bottom; row++) {
						const first = Math.max(0, x - 1);
						for (let column = first + ((first + row) & 1); column <= end; column += 2) {
							const place = row * size + column;
							const away = depths[place] - depth;
							if (depths[place] === 0 || away > tolerance || away < -tolerance) continue;
							ambientSum += ambient[place];
							keySum += key[place];
							count += 1;
						}
					}
					// A pixel that is at a depth of its own, between two that are not measured, keeps all its light.
					this.ambient[y * size + x] = count > 0 ? ambientSum / count : 1;
					this.key[y * size + x] = count > 0 ? keySum / count : 1;
				}
			}
		});
	}

	/** Takes the depth of each pixel from its middle sample, or from any other where that one shows nothing. */
	private readDepths(from: number, to: number): void {
		const { size, samples, buffer, depths } = this;
		const { nearness, side } = buffer;
		const middle = samples >> 1;
		for (let y = from; y < to; y++) {
			for (let x = 0; x < size; x++) {
				const corner = y * samples * side + x * samples;
				let found = nearness[corner + middle * side + middle];
				for (let i = 0; found === 0 && i < samples * samples; i++) {
					found = nearness[corner + Math.floor(i / samples) * side + (i % samples)];
				}
				depths[y * size + x] = found > 0 ? 1 / found : 0;
			}
		}
	}

	/** Returns how much work it was: that of an empty pixel is 1. */
	private measurePixel(pixel: number): number {
		const depth = this.depths[pixel];
		const x = pixel % this.size;
		const y = (pixel - x) / this.size;
		// Every other pixel is enough, because what is measured is smoothed over its neighbors.
		if (depth === 0 || ((x + y) & 1) === 1) return 1;
		// A different turn for each of 4 × 4 pixels makes bands into a fine grain, which the blur takes away.
		const turn = (((x & 3) * 4 + (y & 3)) * 5) % TURNS;
		this.ambient[pixel] = this.openness(x, y, depth, turn);
		this.key[pixel] = this.litShare(x, y, depth, turn);
		return PIXEL_COST;
	}

	/** Opposite places that are both nearer than the pixel lies in a hollow; a slope, one nearer, one farther, does not. */
	private openness(x: number, y: number, depth: number, turn: number): number {
		const radius = HOLLOW_RADIUS * this.modelSize;
		const reach = (radius * this.size) / (depth * 2 * this.slope);
		let closed = 0;
		for (let i = turn * HOLLOW_PAIRS * 2; i < (turn + 1) * HOLLOW_PAIRS * 2; i += 2) {
			const dx = Math.round(HOLLOW_DISCS[i] * reach);
			const dy = Math.round(HOLLOW_DISCS[i + 1] * reach);
			if (dx === 0 && dy === 0) continue;
			const both = this.rise(x + dx, y + dy, depth, radius) + this.rise(x - dx, y - dy, depth, radius);
			if (both > 0) closed += both;
		}
		return 1 - HOLLOW_STRENGTH * Math.min(1, closed / (HOLLOW_PAIRS * 0.9));
	}

	/** How much nearer a place is, in radii; nothing where it is so near that it is another part of the model. */
	private rise(x: number, y: number, depth: number, radius: number): number {
		const { size } = this;
		if (x < 0 || y < 0 || x >= size || y >= size) return -1;
		const there = this.depths[y * size + x];
		if (there === 0) return -1;
		const rise = (depth - there) / radius;
		if (rise > 2) return 0;
		return rise > 1 ? 1 : rise < -1 ? -1 : rise;
	}

	/** How much of the soft key light a pixel gets: the share of the places around it, in the lamp's view, that are lit. */
	private litShare(x: number, y: number, depth: number, turn: number): number {
		const { keyView, modelSize, here, beside, below } = this;
		this.locate(x, y, depth, here);
		this.locateNeighbor(x, y, depth, 1, 0, beside);
		this.locateNeighbor(x, y, depth, 0, 1, below);
		const { nearness: heights, side } = keyView.buffer;
		// The surface goes on around the pixel as a plane: without its slope it would lie in its own shadow.
		const u1 = beside[0] - here[0];
		const v1 = beside[1] - here[1];
		const u2 = below[0] - here[0];
		const v2 = below[1] - here[1];
		const area = u1 * v2 - v1 * u2;
		// Rows run downwards in the picture and upwards in the lamp's view: what both see has an area below 0.
		if (!(area < 0)) return 1;
		const slopeU = ((beside[2] - here[2]) * v2 - (below[2] - here[2]) * v1) / area;
		const slopeV = (u1 * (below[2] - here[2]) - u2 * (beside[2] - here[2])) / area;
		const cosine = 1 / Math.sqrt(1 + (slopeU * slopeU + slopeV * slopeV) * side * side);
		const weight = Math.min(1, (cosine - GRAZING.none) / (GRAZING.full - GRAZING.none));
		if (weight <= 0) return 1;
		const height = here[2] + (SHADOW_BIAS * modelSize) / keyView.extent;
		const reach = (PENUMBRA * modelSize * side) / keyView.extent;
		let lit = 0;
		for (let i = turn * SHADOW_TAPS * 2; i < (turn + 1) * SHADOW_TAPS * 2; i += 2) {
			const column = Math.floor(here[0] + SHADOW_DISCS[i] * reach);
			const row = Math.floor(here[1] + SHADOW_DISCS[i + 1] * reach);
			const plane = height + slopeU * (column + 0.5 - here[0]) + slopeV * (row + 0.5 - here[1]);
			if (!(heights[row * side + column] > plane)) lit += 1;
		}
		return 1 - weight * (1 - lit / SHADOW_TAPS);
	}

	/** The neighbor on either side that is nearer in depth, mirrored where that is the one before. */
	private locateNeighbor(
		x: number,
		y: number,
		depth: number,
		dx: number,
		dy: number,
		out: Float64Array,
	): void {
		const { depths, size, here } = this;
		const after = x + dx < size && y + dy < size ? depths[(y + dy) * size + x + dx] : 0;
		const before = x >= dx && y >= dy ? depths[(y - dy) * size + x - dx] : 0;
		const isAfterNearer = after > 0 && (before === 0 || Math.abs(after - depth) <= Math.abs(before - depth));
		if (isAfterNearer || before === 0) {
			this.locate(x + dx, y + dy, after > 0 ? after : depth, out);
			return;
		}
		this.locate(x - dx, y - dy, before, out);
		for (let i = 0; i < 3; i++) out[i] = 2 * here[i] - out[i];
	}

	/** Where the lamp sees what a pixel shows at a depth. */
	private locate(x: number, y: number, depth: number, out: Float64Array): void {
		const { position, right, up, back } = this.camera;
		const perPixel = (2 * this.slope * depth) / this.size;
		const across = (x + 0.5 - this.size / 2) * perPixel;
		const upwards = (this.size / 2 - 0.5 - y) * perPixel;
		this.keyView.locate(
			position[0] + across * right[0] + upwards * up[0] - back[0] * depth,
			position[1] + across * right[1] + upwards * up[1] - back[1] * depth,
			position[2] + across * right[2] + upwards * up[2] - back[2] * depth,
			out,
		);
	}
}
