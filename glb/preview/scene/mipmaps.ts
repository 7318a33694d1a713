/** The smaller versions of a texture, so that what is far away or shrunk does not flicker: bitmap in, texture out. */
import type { Bitmap } from '../codecs/bitmap';
import type { TimeSlicer } from '../../timeSlicer';
import type { Texture, TextureLevel } from './drawableScene';

/** The bitmap itself is the largest level. Ends with `WorkStopped` alone. */
export async function buildMipmaps(bitmap: Bitmap, slicer: TimeSlicer): Promise<Texture> {
	const levels: TextureLevel[] = [bitmap];
	let hasAlpha = false;
	await slicer.inBatches(bitmap.width * bitmap.height, 65_536, (from, to) => {
		for (let pixel = from; pixel < to && !hasAlpha; pixel++) hasAlpha = bitmap.rgba[pixel * 4 + 3] < 255;
	});
	for (let level = levels[0]; level.width > 1 || level.height > 1; level = levels[levels.length - 1]) {
		levels.push(await halve(level, hasAlpha, slicer));
	}
	return { levels, hasAlpha };
}

/** Halves a level; each pixel is the mean of up to four. */
async function halve(level: TextureLevel, hasAlpha: boolean, slicer: TimeSlicer): Promise<TextureLevel> {
	const width = Math.max(1, level.width >> 1);
	const height = Math.max(1, level.height >> 1);
	const rgba = new Uint8Array(width * height * 4);
	const average = hasAlpha ? averageByAlpha : averagePlain;
	const right = level.width > 1 ? 4 : 0;
	const below = level.height > 1 ? level.width * 4 : 0;
	await slicer.inBatches(height, 8, (from, to) => {
		for (let y = from; y < to; y++) {
			average(level.rgba, y * 2 * level.width * 4, right, below, rgba, y * width * 4, (y + 1) * width * 4);
		}
	});
	return { width, height, rgba };
}

/** Writes `rgba` from `out` to `end`; `right` and `below` lead from a pixel of the source to its neighbors. */
type Average = (
	source: Uint8Array,
	at: number,
	right: number,
	below: number,
	rgba: Uint8Array,
	out: number,
	end: number,
) => void;

const averagePlain: Average = (source, at, right, below, rgba, out, end) => {
	for (; out < end; out += 4, at += 8) {
		const beside = at + right;
		const under = at + below;
		const across = under + right;
		rgba[out] = (source[at] + source[beside] + source[under] + source[across] + 2) >> 2;
		rgba[out + 1] = (source[at + 1] + source[beside + 1] + source[under + 1] + source[across + 1] + 2) >> 2;
		rgba[out + 2] = (source[at + 2] + source[beside + 2] + source[under + 2] + source[across + 2] + 2) >> 2;
		rgba[out + 3] = 255;
	}
};

/** Weighs colors by their alpha, so that what is transparent does not tint the edge of what is not. */
const averageByAlpha: Average = (source, at, right, below, rgba, out, end) => {
	for (; out < end; out += 4, at += 8) {
		const beside = at + right;
		const under = at + below;
		const across = under + right;
		const [a, b, c, d] = [source[at + 3], source[beside + 3], source[under + 3], source[across + 3]];
		const alpha = a + b + c + d;
		rgba[out + 3] = (alpha + 2) >> 2;
		for (let i = 0; i < 3; i++) {
			const sum =
				source[at + i] * a + source[beside + i] * b + source[under + i] * c + source[across + i] * d;
			rgba[out + i] = alpha > 0 ? sum / alpha : source[at + i];
		}
	}
};
