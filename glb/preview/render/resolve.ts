/** From samples to pixels: shades what is seen at each sample, lays glass over it, and averages the samples of a pixel. */
import type { Bitmap } from '../codecs/bitmap';
import type { TimeSlicer } from '../../timeSlicer';
import type { Camera } from './camera';
import type { OcclusionMap } from './ambientOcclusion';
import type { ContactShadow } from './contactShadow';
import { PixelColors } from './pixelColors';
import { TranslucentLayer } from './translucent';
import type { SeenSurface } from './project';
import type { DepthBuffer } from './depthBuffer';
import { Shader } from './shade';
import { color, toStored } from './tone';

/** Red, green and blue as a page writes them, 0 to 255 each. */
export type Color = readonly [red: number, green: number, blue: number];

/** What is behind the model: nothing, white, or a color. */
export type Background = 'transparent' | 'white' | Color;

/** All that a picture is made of once its samples are known. */
export interface Scene {
	camera: Camera;
	surfaces: readonly SeenSurface[];
	buffer: DepthBuffer;
	exposure: OcclusionMap;
	ground?: ContactShadow;
	/** Pixels along each side, and samples along each side of a pixel. */
	size: number;
	samples: number;
	background: Background;
}

/** Samples of a pixel whose color is worked out: on a surface, and where two of them meet at different depths. */
const SHADED_SAMPLES = { surface: 2, step: 6 };
/** Shading a sample in the unit of looking at an empty pixel. */
const SHADING_COST = 16;
/** Ratio of depths within a pixel from which it shows two things rather than a slope. */
const STEP_RATIO = 1.004;
/** Half the logarithm (base 2) of a number of samples. */
const SPREADS = Array.from({ length: 17 }, (_, samples) => 0.5 * Math.log2(Math.max(1, samples)));

const WHITE: Color = [255, 255, 255];

/** Part of the half picture over which shadows on the floor end. */
const EDGE_FADE = 0.2;

/** The pixels of the picture, sRGB with alpha. Ends with `WorkStopped` alone. */
export async function resolve(scene: Scene, slicer: TimeSlicer): Promise<Bitmap> {
	const { size } = scene;
	const resolver = new Resolver(scene);
	await resolver.drawTranslucent(slicer);
	const rgba = new Uint8Array(size * size * 4);
	let pixel = 0;
	// An empty pixel is a fraction of the work of a full one, so steps are counted in work rather than in pixels.
	await slicer.inSteps(512, (amount) => {
		for (let left = amount; pixel < size * size && left > 0; pixel++)
			left -= resolver.writePixel(pixel, rgba);
		return pixel < size * size;
	});
	return { width: size, height: size, rgba };
}

class Resolver {
	private readonly shader: Shader;
	private readonly exposure = { ambient: 1, key: 1 };
	/** Red, green and blue times alpha, and alpha, of the samples of the present pixel. */
	private readonly sum = new Float32Array(4);
	private readonly place = new Float64Array(3);
	/** Samples of the present pixel that show something. */
	private readonly covered: Int32Array;
	private surface: SeenSurface;
	private translucent?: TranslucentLayer;

	constructor(private readonly scene: Scene) {
		this.shader = new Shader(scene.camera);
		this.covered = new Int32Array(scene.samples * scene.samples);
		[this.surface] = scene.surfaces;
	}

	async drawTranslucent(slicer: TimeSlicer): Promise<void> {
		const { surfaces, buffer, exposure, size, samples } = this.scene;
		const translucent = surfaces.filter(({ material }) => material.alphaMode === 'blend');
		if (translucent.length === 0) return;
		const known = new PixelColors(size);
		const spread = SPREADS[samples * samples] ?? 0;
		this.translucent = new TranslucentLayer(translucent, buffer, (surface, triangle, column, row) => {
			const x = Math.floor(column / samples);
			const y = Math.floor(row / samples);
			if (known.recall(surface.firstTriangle + triangle, x, y)) return;
			this.exposure.ambient = exposure.ambient[y * size + x];
			this.exposure.key = exposure.key[y * size + x];
			this.shader.shade(surface, triangle, column + 0.5, row + 0.5, this.exposure, spread);
			known.keep(surface.firstTriangle + triangle, x, y);
		});
		await this.translucent.draw(slicer);
	}

	/** Writes a pixel; returns how much work it was, in samples looked at. */
	writePixel(pixel: number, rgba: Uint8Array): number {
		const { size } = this.scene;
		const x = pixel % size;
		const y = (pixel - x) / size;
		this.sum.fill(0);
		if (this.translucent) this.addTranslucent(x, y, this.translucent);
		const shaded = this.addOpaque(x, y);
		this.store(x, y, rgba);
		return 1 + shaded * SHADING_COST;
	}

	/**
	 * Every sample counts for how much of the pixel is covered; how many are shaded depends on what there is to see: one
	 * where a single triangle fills the pixel, two on a surface, more where things at different depths meet.
	 */
	private addOpaque(x: number, y: number): number {
		const { buffer, exposure, size, samples } = this.scene;
		const { triangle, nearness } = buffer;
		const { covered } = this;
		let count = 0;
		let isOneTriangle = true;
		let nearest = 0;
		let farthest = Infinity;
		for (let line = y * samples; line < (y + 1) * samples; line++) {
			const first = line * buffer.side + x * samples;
			for (let sample = first; sample < first + samples; sample++) {
				if (triangle[sample] === 0) continue;
				if (count > 0 && triangle[sample] !== triangle[covered[0]]) isOneTriangle = false;
				covered[count++] = sample;
				if (nearness[sample] > nearest) nearest = nearness[sample];
				if (nearness[sample] < farthest) farthest = nearness[sample];
			}
		}
		if (count === 0) return 0;
		this.exposure.ambient = exposure.ambient[y * size + x];
		this.exposure.key = exposure.key[y * size + x];
		const isStep = nearest > farthest * STEP_RATIO;
		const wanted = isOneTriangle ? 1 : isStep ? SHADED_SAMPLES.step : SHADED_SAMPLES.surface;
		const chosen = Math.min(count, wanted);
		for (let i = 0; i < chosen; i++) {
			const sample = covered[Math.floor(((i + 0.5) * count) / chosen)];
			const [from, to] = [Math.round((i * count) / chosen), Math.round(((i + 1) * count) / chosen)];
			this.addSample(sample, count / chosen, this.translucent ? this.seenThrough(from, to) : count / chosen);
		}
		return chosen;
	}

	/** How much of some covered samples shows through what is translucent before them. */
	private seenThrough(from: number, to: number): number {
		const colors = this.translucent?.colors as Float32Array;
		let seen = 0;
		for (let i = from; i < to; i++) seen += Math.max(0, 1 - colors[this.covered[i] * 4 + 3]);
		return seen;
	}

	/**
	 * @param weight samples that the color of this one stands for
	 * @param seen how much of them shows
	 */
	private addSample(sample: number, weight: number, seen: number): void {
		const { side, triangle } = this.scene.buffer;
		const { sum } = this;
		if (seen <= 0) return;
		const number = triangle[sample] - 1;
		const surface = this.surfaceOf(number);
		const column = sample % side;
		const line = (sample - column) / side;
		const spread = SPREADS[Math.round(weight)] ?? 0;
		this.shader.shade(
			surface,
			number - surface.firstTriangle,
			column + 0.5,
			line + 0.5,
			this.exposure,
			spread,
		);
		sum[0] += color.red * seen;
		sum[1] += color.green * seen;
		sum[2] += color.blue * seen;
		sum[3] += seen;
	}

	private addTranslucent(x: number, y: number, { colors }: TranslucentLayer): void {
		const { buffer, samples } = this.scene;
		const { sum } = this;
		for (let line = y * samples; line < (y + 1) * samples; line++) {
			const first = line * buffer.side + x * samples;
			for (let at = first * 4; at < (first + samples) * 4; at++) sum[at & 3] += colors[at];
		}
	}

	/** The surface that holds a triangle; neighbors mostly share it. */
	private surfaceOf(triangle: number): SeenSurface {
		const { firstTriangle, indices } = this.surface;
		if (triangle >= firstTriangle && triangle < firstTriangle + indices.length / 3) return this.surface;
		const { surfaces } = this.scene;
		let low = 0;
		let high = surfaces.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if (surfaces[middle].firstTriangle <= triangle) low = middle;
			else high = middle - 1;
		}
		this.surface = surfaces[low];
		return this.surface;
	}

	private store(x: number, y: number, rgba: Uint8Array): void {
		const { size, samples, ground, camera, background } = this.scene;
		// Rounding makes the parts of a full pixel add up to a little more than it, which must not overflow its byte.
		const amount = this.sum[3] / (samples * samples);
		const covered = Math.min(1, amount);
		let under = 0;
		if (ground && covered < 1) {
			const [across, upwards] = [((x + 0.5) * 2) / size - 1, 1 - ((y + 0.5) * 2) / size];
			const shadow = ground.shadowAt(camera, across, upwards, this.place);
			under = (1 - covered) * shadow * fadeAtEdge(across) * fadeAtEdge(upwards);
		}
		const out = (y * size + x) * 4;
		const alpha = covered + under;
		if (amount > 0) {
			const scale = covered / (alpha * this.sum[3]);
			for (let i = 0; i < 3; i++) rgba[out + i] = Math.round(toStored(this.sum[i] * scale));
		}
		rgba[out + 3] = Math.round(alpha * 255);
		if (background !== 'transparent') layOn(background === 'white' ? WHITE : background, rgba, out, alpha);
	}
}

/** What a page does with a transparent picture, so that both kinds look the same on its color. */
function layOn(color: Color, rgba: Uint8Array, at: number, alpha: number): void {
	for (let i = 0; i < 3; i++) rgba[at + i] = Math.round(rgba[at + i] * alpha + color[i] * (1 - alpha));
	rgba[at + 3] = 255;
}

/** 1 within the picture, falling to 0 at its edge, which would otherwise cut through a shadow; from −1 to 1. */
function fadeAtEdge(position: number): number {
	const t = Math.min(1, (1 - Math.abs(position)) / EDGE_FADE);
	return t * t * (3 - 2 * t);
}
