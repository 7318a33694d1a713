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
const HOLLOW_PAIRS = 8;
/** Radius of the soft edge of a shadow, as a part of the model's size. */
const PENUMBRA = 0.018;
const SHADOW_TAPS = 16;
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
	}

	async measure(pacer: Pacer): Promise<void> {
		await pacer.inBatches(this.size, 8, (from, to) => {
			for (let y = from; y < to; y++) for (let x = 0; x < this.size; x++) this.measurePixel(x, y);
		});
		// Evens out the grain, over 4 × 4 pixels of about the same depth.
		for (const map of [this.ambient, this.key]) {
			await blurMap(map, this.depths, this.size, this.modelSize * 0.03, pacer);
		}
	}

	private measurePixel(x: number, y: number): void {
		const sample = this.coveredSample(x, y);
		if (sample < 0) return;
		const nearness = this.buffer.nearness[sample];
		const pixel = y * this.size + x;
		this.depths[pixel] = 1 / nearness;
		// A different turn for each of 4 × 4 pixels makes bands into a fine grain, which the blur takes away.
		const turn = (((x & 3) * 4 + (y & 3)) * 5) % TURNS;
		this.ambient[pixel] = this.openness(sample, nearness, turn);
		this.key[pixel] = this.litShare(sample, nearness, turn);
	}

	/** The first sample of a pixel that shows the model, from its middle on, or −1. */
	private coveredSample(x: number, y: number): number {
		const { samples, buffer } = this;
		const middle = samples >> 1;
		const centre = (y * samples + middle) * buffer.side + x * samples + middle;
		if (buffer.nearness[centre] > 0) return centre;
		for (let row = 0; row < samples; row++) {
			for (let column = 0; column < samples; column++) {
				const sample = (y * samples + row) * buffer.side + x * samples + column;
				if (buffer.nearness[sample] > 0) return sample;
			}
		}
		return -1;
	}

	/** Opposite places that are both nearer than the pixel lies in a hollow; a slope, one nearer, one farther, does not. */
	private openness(sample: number, nearness: number, turn: number): number {
		const { side, nearness: depths } = this.buffer;
		const depth = 1 / nearness;
		const radius = HOLLOW_RADIUS * this.modelSize;
		const reach =
			(radius * nearness * side) / (2 * Math.tan((this.camera.fieldOfViewDegrees * Math.PI) / 360));
		const column = sample % side;
		const row = (sample - column) / side;
		let closed = 0;
		for (let i = turn * HOLLOW_PAIRS * 2; i < (turn + 1) * HOLLOW_PAIRS * 2; i += 2) {
			const dx = Math.round(HOLLOW_DISCS[i] * reach);
			const dy = Math.round(HOLLOW_DISCS[i + 1] * reach);
			if (dx === 0 && dy === 0) continue;
			const there = this.rise(depths, column + dx, row + dy, depth, radius);
			const back = this.rise(depths, column - dx, row - dy, depth, radius);
			if (there + back > 0) closed += there + back;
		}
		return 1 - HOLLOW_STRENGTH * Math.min(1, closed / (HOLLOW_PAIRS * 0.9));
	}

	/** How much nearer a place is, in radii; nothing where it is so near that it is another part of the model. */
	private rise(depths: Float32Array, column: number, row: number, depth: number, radius: number): number {
		const { side } = this.buffer;
		if (column < 0 || row < 0 || column >= side || row >= side) return -1;
		const nearness = depths[row * side + column];
		if (nearness === 0) return -1;
		const rise = (depth - 1 / nearness) / radius;
		if (rise > 2) return 0;
		return Math.max(-1, Math.min(1, rise));
	}

	private litShare(sample: number, nearness: number, turn: number): number {
		const { camera, keyView, place, modelSize } = this;
		const { side } = this.buffer;
		const half = side / 2;
		const perSample = Math.tan((camera.fieldOfViewDegrees * Math.PI) / 360) / half;
		const column = sample % side;
		const across = ((column + 0.5 - half) * perSample) / nearness;
		const upwards = ((half - 0.5 - (sample - column) / side) * perSample) / nearness;
		const { position, right, up, back } = camera;
		const point = [0, 1, 2].map(
			(i) => position[i] + across * right[i] + upwards * up[i] - back[i] / nearness,
		);
		keyView.locate(point[0], point[1], point[2], place);
		const height = place[2] + (SHADOW_BIAS * modelSize) / keyView.extent;
		const reach = (PENUMBRA * modelSize * keyView.buffer.side) / keyView.extent;
		let lit = 0;
		const { nearness: heights, side: viewSide } = keyView.buffer;
		for (let i = turn * SHADOW_TAPS * 2; i < (turn + 1) * SHADOW_TAPS * 2; i += 2) {
			const x = Math.floor(place[0] + SHADOW_DISCS[i] * reach);
			const y = Math.floor(place[1] + SHADOW_DISCS[i + 1] * reach);
			if (!(heights[y * viewSide + x] > height)) lit += 1;
		}
		return lit / SHADOW_TAPS;
	}
}

async function blurMap(
	map: Float32Array,
	depths: Float32Array,
	size: number,
	tolerance: number,
	pacer: Pacer,
): Promise<void> {
	const source = map.slice();
	await pacer.inBatches(size, 16, (from, to) => {
		for (let y = from; y < to; y++) {
			for (let x = 0; x < size; x++) {
				const depth = depths[y * size + x];
				if (depth === 0) continue;
				let sum = 0;
				let count = 0;
				const bottom = Math.min(size - 1, y + 2);
				const end = Math.min(size - 1, x + 2);
				for (let row = Math.max(0, y - 1); row <= bottom; row++) {
					for (let column = Math.max(0, x - 1); column <= end; column++) {
						const place = row * size + column;
						if (depths[place] === 0 || Math.abs(depths[place] - depth) > tolerance) continue;
						sum += source[place];
						count += 1;
					}
				}
				if (count > 0) map[y * size + x] = sum / count;
			}
		}
	});
}
