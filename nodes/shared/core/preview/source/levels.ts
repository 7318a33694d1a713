/** The smaller versions of a texture, so that what is far away or shrunk does not flicker: bitmap in, texture out. */
import type { Bitmap } from '../image/bitmap';
import type { Pacer } from '../pacer';
import type { Texture, TextureLevel } from './model';

export async function buildLevels(bitmap: Bitmap, pacer: Pacer): Promise<Texture> {
	const levels: TextureLevel[] = [bitmap];
	let hasAlpha = false;
	await pacer.inBatches(bitmap.width * bitmap.height, 65_536, (from, to) => {
		for (let pixel = from; pixel < to && !hasAlpha; pixel++) hasAlpha = bitmap.rgba[pixel * 4 + 3] < 255;
	});
	for (let level = levels[0]; level.width > 1 || level.height > 1; level = levels[levels.length - 1]) {
		levels.push(await halve(level, pacer));
	}
	return { levels, hasAlpha };
}

/** Halves a level; each pixel is the mean of up to four, colours weighed by their alpha. */
async function halve(level: TextureLevel, pacer: Pacer): Promise<TextureLevel> {
	const width = Math.max(1, level.width >> 1);
	const height = Math.max(1, level.height >> 1);
	const rgba = new Uint8Array(width * height * 4);
	const source = level.rgba;
	const right = level.width > 1 ? 4 : 0;
	const below = level.height > 1 ? level.width * 4 : 0;
	await pacer.inBatches(height, 16, (from, to) => {
		for (let y = from; y < to; y++) {
			for (let x = 0; x < width; x++) {
				const a = (y * 2 * level.width + x * 2) * 4;
				const [b, c, d] = [a + right, a + below, a + right + below];
				const out = (y * width + x) * 4;
				const alpha = source[a + 3] + source[b + 3] + source[c + 3] + source[d + 3];
				rgba[out + 3] = (alpha + 2) >> 2;
				for (let i = 0; i < 3; i++) {
					rgba[out + i] =
						alpha === 1020 || alpha === 0
							? (source[a + i] + source[b + i] + source[c + i] + source[d + i] + 2) >> 2
							: (source[a + i] * source[a + 3] +
									source[b + i] * source[b + 3] +
									source[c + i] * source[c + 3] +
									source[d + i] * source[d + 3]) /
								alpha;
				}
			}
		}
	});
	return { width, height, rgba };
}
