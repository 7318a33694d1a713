/**
 * One color per material: textures, vertex colors and factors in, what the eye sees of them on average out. A texture is
 * looked at where triangles lie in it, so that the blank around them does not count.
 */
import { at, type Gltf } from '../../facts/gltf';
import type { Bitmap } from '../../preview/codecs/bitmap';
import type { Part } from '../../preview/scene/loadGeometry';
import type { TimeSlicer } from '../../timeSlicer';
import type { ImageReader } from './imageReader';
import { type SourceMap, type SourceMaterial, toLinear, toSrgb } from './sourceMaterial';

/** Pixels of the longer side of a texture whose mean is wanted. */
const SIDE = 256;
/** Triangles of a part that are looked at: more do not change a mean. */
const MAX_SAMPLES = 20_000;

/** What of a material was seen so far: the sum of linear colors, weighted by area. */
export class ColorSum {
	private readonly sum = [0, 0, 0];
	private weight = 0;

	constructor(private readonly material: SourceMaterial) {}

	add(color: readonly number[], weight: number): void {
		for (let i = 0; i < 3; i++) this.sum[i] += color[i] * weight;
		this.weight += weight;
	}

	/** Linear, without the material's factor. */
	get mean(): [red: number, green: number, blue: number] {
		const [red, green, blue] = this.sum.map((value) => (this.weight > 0 ? value / this.weight : 1));
		return [red, green, blue];
	}

	/** Stored as sRGB with 8 bits, `#RRGGBB`, with the material's factor. */
	toHex(): string {
		const bytes = this.mean.map((value, i) => Math.round(toSrgb(value * this.material.baseColor[i]) * 255));
		return `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`.toUpperCase();
	}
}

/** Adds what a part shows of its material. */
export async function addColors(
	sum: ColorSum,
	part: Part,
	bitmap: Bitmap | undefined,
	map: SourceMap | undefined,
	slicer: TimeSlicer,
): Promise<void> {
	const faces = part.indices.length / 3;
	const step = Math.max(1, Math.floor(faces / MAX_SAMPLES));
	const coordinates = map && part.coordinates[map.set];
	await slicer.inBatches(Math.ceil(faces / step), 1024, (from, to) => {
		for (let sample = from; sample < to; sample++) {
			const corners = part.indices.subarray(sample * step * 3, sample * step * 3 + 3);
			const color = bitmap && map && coordinates ? texelOf(bitmap, map, coordinates, corners) : [1, 1, 1];
			if (part.colors) {
				for (let i = 0; i < 3; i++) color[i] *= meanOf(part.colors, corners, 4, i);
			}
			if (color.every(Number.isFinite)) sum.add(color, areaOf(part.positions, corners));
		}
	});
}

/** The texture of a material's color, small; undefined where it has none or none that can be read. */
export async function colorBitmap(
	gltf: Gltf,
	{ baseColorMap }: SourceMaterial,
	images: ImageReader,
): Promise<Bitmap | undefined> {
	if (baseColorMap?.image === undefined || !at(gltf.images, baseColorMap.image)) return undefined;
	const read = await images.decode(baseColorMap.image, SIDE);
	return read.ok ? read.bitmap : undefined;
}

function texelOf(
	{ width, height, rgba }: Bitmap,
	{ transform }: SourceMap,
	coordinates: Float32Array,
	corners: Uint32Array,
): number[] {
	let [u, v] = [meanOf(coordinates, corners, 2, 0), meanOf(coordinates, corners, 2, 1)];
	if (transform) {
		const [a, b, c, d, e, f] = transform;
		[u, v] = [a * u + b * v + c, d * u + e * v + f];
	}
	const x = Math.min(width - 1, Math.floor((u - Math.floor(u)) * width));
	const y = Math.min(height - 1, Math.floor((v - Math.floor(v)) * height));
	const pixel = (y * width + x) * 4;
	return [0, 1, 2].map((i) => toLinear(rgba[pixel + i] / 255));
}

function meanOf(values: Float32Array, corners: Uint32Array, width: number, part: number): number {
	return (
		(values[corners[0] * width + part] +
			values[corners[1] * width + part] +
			values[corners[2] * width + part]) /
		3
	);
}

function areaOf(p: Float32Array, [a, b, c]: Uint32Array): number {
	const [ux, uy, uz] = [0, 1, 2].map((i) => p[b * 3 + i] - p[a * 3 + i]);
	const [vx, vy, vz] = [0, 1, 2].map((i) => p[c * 3 + i] - p[a * 3 + i]);
	return Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx) / 2;
}
