/** Looking up a texture: coordinates and a level of detail in, a color out; bilinear within the nearest level. */
import type { TextureMap, Wrap } from '../scene/drawableScene';

/** The color of the last lookup, 0 to 255 each as stored, and alpha 0 to 1; one for all, to allocate nothing. */
export const texel = { red: 0, green: 0, blue: 0, alpha: 1 };

/** Linear value of each stored sRGB value. */
export const LINEAR = Float32Array.from({ length: 256 }, (_, value) => {
	const stored = value / 255;
	return stored <= 0.04045 ? stored / 12.92 : ((stored + 0.055) / 1.055) ** 2.4;
});

/** Each stored value as a number from 0 to 1, for textures that hold no color. */
export const RAW = Float32Array.from({ length: 256 }, (_, value) => value / 255);

/** Where the next lookup is: u, v, and the level of detail, 0 for full size, 1 for half, …; to allocate nothing. */
export const place = new Float64Array(3);

/**
 * Looks up a texture at `place` into `texel`.
 *
 * @param decode `LINEAR` for colors, `RAW` for anything else
 */
export function lookUp(map: TextureMap, decode: Float32Array): void {
	const { levels } = map.texture;
	const u = place[0];
	const v = place[1];
	const level = place[2];
	// Written so that a level that is not a number, as broken coordinates give, is 0.
	const { width, height, rgba } = levels[level > 0 ? Math.min(levels.length - 1, Math.round(level)) : 0];
	const { transform } = map;
	const mappedU = transform ? transform[0] * u + transform[1] * v + transform[2] : u;
	const mappedV = transform ? transform[3] * u + transform[4] * v + transform[5] : v;
	const x = mappedU * width - 0.5;
	const y = mappedV * height - 0.5;
	const left = Math.floor(x);
	const top = Math.floor(y);
	const right = wrap(left + 1, width, map.wrapU) * 4;
	const leftAt = wrap(left, width, map.wrapU) * 4;
	const topAt = wrap(top, height, map.wrapV) * width * 4;
	const bottomAt = wrap(top + 1, height, map.wrapV) * width * 4;
	const fx = x - left;
	const fy = y - top;
	const weight0 = (1 - fx) * (1 - fy);
	const weight1 = fx * (1 - fy);
	const weight2 = (1 - fx) * fy;
	const weight3 = fx * fy;
	const p0 = topAt + leftAt;
	const p1 = topAt + right;
	const p2 = bottomAt + leftAt;
	const p3 = bottomAt + right;
	texel.red =
		decode[rgba[p0]] * weight0 +
		decode[rgba[p1]] * weight1 +
		decode[rgba[p2]] * weight2 +
		decode[rgba[p3]] * weight3;
	texel.green =
		decode[rgba[p0 + 1]] * weight0 +
		decode[rgba[p1 + 1]] * weight1 +
		decode[rgba[p2 + 1]] * weight2 +
		decode[rgba[p3 + 1]] * weight3;
	texel.blue =
		decode[rgba[p0 + 2]] * weight0 +
		decode[rgba[p1 + 2]] * weight1 +
		decode[rgba[p2 + 2]] * weight2 +
		decode[rgba[p3 + 2]] * weight3;
	texel.alpha = map.texture.hasAlpha
		? (rgba[p0 + 3] * weight0 + rgba[p1 + 3] * weight1 + rgba[p2 + 3] * weight2 + rgba[p3 + 3] * weight3) /
			255
		: 1;
}

/** A texel coordinate brought into the texture. */
function wrap(at: number, size: number, mode: Wrap): number {
	if (at >= 0 && at < size) return at;
	if (mode === 'clamp') return at < 0 ? 0 : size - 1;
	if (mode === 'repeat') return at - Math.floor(at / size) * size || 0;
	const period = at - Math.floor(at / (2 * size)) * 2 * size;
	return (period < size ? period : 2 * size - 1 - period) || 0;
}
