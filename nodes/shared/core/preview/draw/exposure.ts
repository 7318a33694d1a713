/**
 * How much light reaches each pixel: less in hollows, which the depth around a pixel tells, and less where something
 * stands between it and the key light.
 */
import type { Pacer } from '../pacer';
import type { Camera } from './camera';
import type { LampView } from './lamp-view';
import type { DepthBuffer } from './raster';

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
const SHADOW_BIAS = 0.012;
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

export class ExposureMap {
	/** Per pixel, 0 to 1. */
	readonly ambient: Float32Array;
	readonly key: Float32Array;
	/** Distance of what each pixel shows, metres along the line of sight; 0 where it shows nothing. */
	private readonly depths: Float32Array;
	private readonly place = new Float64Array(3);
	/** Half the picture's height at a distance of 1. */
	private readonly slope: number;

	/** @param modelSize longest side of the model, metres */
	constructor(
		private readonly size: number,
		private readonly samples: number,
		private readonly buffer: DepthBuffer,
		private readonly camera: Camera,
		private readonly keyView: LampView,
		private readonly modelSize: number,
	) {
		this.ambient = new Float32Array(size * size).fill(1);
		this.key = new Float32Array(size * size).fill(1);
		this.depths = new Float32Array(size * size);
		this.slope = Math.tan((camera.fieldOfViewDegrees * Math.PI) / 360);
	}

	async measure(pacer: Pacer): Promise<void> {
		const { size } = this;
		await pacer.inBatches(size, 16, (from, to) => this.readDepths(from, to));
		let pixel = 0;
		await pacer.inSteps(1024, (amount) => {
			for (let left = amount; pixel < size * size && left > 0; pixel++) left -= this.measurePixel(pixel);
			return pixel < size * size;
		});
		await this.smooth(pacer);
	}

	/** Evens out the grain: the mean of 4 × 4 pixels of about the same depth. */
	private async smooth(pacer: Pacer): Promise<void> {
		const { size, depths } = this;
		const [ambient, key] = [this.ambient.slice(), this.key.slice()];
		const tolerance = this.modelSize * SMOOTHED_DEPTH;
		await pacer.inBatches(size, 8, (from, to) => {
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
						for (let place = row * size + Math.max(0, x - 1); place <= row * size + end; place++) {
							const away = depths[place] - depth;
							if (depths[place] === 0 || away > tolerance || away < -tolerance) continue;
							ambientSum += ambient[place];
							keySum += key[place];
							count += 1;
						}
					}
					this.ambient[y * size + x] = ambientSum / count;
					this.key[y * size + x] = keySum / count;
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
		if (depth === 0) return 1;
		const x = pixel % this.size;
		const y = (pixel - x) / this.size;
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

	private litShare(x: number, y: number, depth: number, turn: number): number {
		const { camera, keyView, place, modelSize } = this;
		const perPixel = (2 * this.slope * depth) / this.size;
		const across = (x + 0.5 - this.size / 2) * perPixel;
		const upwards = (this.size / 2 - 0.5 - y) * perPixel;
		const { position, right, up, back } = camera;
		keyView.locate(
			position[0] + across * right[0] + upwards * up[0] - back[0] * depth,
			position[1] + across * right[1] + upwards * up[1] - back[1] * depth,
			position[2] + across * right[2] + upwards * up[2] - back[2] * depth,
			place,
		);
		const height = place[2] + (SHADOW_BIAS * modelSize) / keyView.extent;
		const reach = (PENUMBRA * modelSize * keyView.buffer.side) / keyView.extent;
		let lit = 0;
		const { nearness: heights, side: viewSide } = keyView.buffer;
		for (let i = turn * SHADOW_TAPS * 2; i < (turn + 1) * SHADOW_TAPS * 2; i += 2) {
			const column = Math.floor(place[0] + SHADOW_DISCS[i] * reach);
			const row = Math.floor(place[1] + SHADOW_DISCS[i + 1] * reach);
			if (!(heights[row * viewSide + column] > height)) lit += 1;
		}
		return lit / SHADOW_TAPS;
	}
}
