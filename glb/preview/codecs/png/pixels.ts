/** From a row of samples to pixels: one PNG row in, red, green, blue and alpha out (PNG specification, clause 13). */
import { PNG_COLOR, type PngChunks } from './pngChunks';

/** Writes `width` pixels of a row to `rgba`. */
export type ExpandRow = (row: Uint8Array, width: number, rgba: Uint8Array) => void;

/** What makes 8-bit pixels of the rows of such a PNG: palette, gray and 16 bits become red, green, blue and alpha. */
export function rowExpander({ header, palette, transparency }: PngChunks): ExpandRow {
	const { bitDepth, colorType, channels } = header;
	if (colorType === PNG_COLOR.palette) return paletteExpander(bitDepth, palette, transparency);
	if (bitDepth === 8 && colorType === PNG_COLOR.rgba)
		return (row, width, rgba) => rgba.set(row.subarray(0, width * 4));
	const bytes = bitDepth === 16 ? 2 : 1;
	const hasAlpha = colorType === PNG_COLOR.grayAlpha || colorType === PNG_COLOR.rgba;
	const isGray = colorType === PNG_COLOR.gray || colorType === PNG_COLOR.grayAlpha;
	const scale = bitDepth < 8 ? 255 / ((1 << bitDepth) - 1) : 1;
	const transparentColor = transparency && transparency.length >= 2 * channels ? transparency : undefined;
	return (row, width, rgba) => {
		for (let x = 0, out = 0; x < width; x++, out += 4) {
			const at = x * channels * bytes;
			const first = bitDepth < 8 ? packedSample(row, x, bitDepth) : row[at];
			rgba[out] = first * scale;
			rgba[out + 1] = isGray ? rgba[out] : row[at + bytes];
			rgba[out + 2] = isGray ? rgba[out] : row[at + 2 * bytes];
			rgba[out + 3] = hasAlpha ? row[at + (channels - 1) * bytes] : 255;
			if (transparentColor && isColor(row, at, first, transparentColor, channels, bitDepth))
				rgba[out + 3] = 0;
		}
	};
}

function paletteExpander(bitDepth: number, palette: Uint8Array, alphas: Uint8Array | undefined): ExpandRow {
	return (row, width, rgba) => {
		for (let x = 0, out = 0; x < width; x++, out += 4) {
			const entry = bitDepth === 8 ? row[x] : packedSample(row, x, bitDepth);
			rgba[out] = palette[entry * 3];
			rgba[out + 1] = palette[entry * 3 + 1];
			rgba[out + 2] = palette[entry * 3 + 2];
			rgba[out + 3] = alphas?.[entry] ?? 255;
		}
	};
}

/** A sample of 1, 2 or 4 bits; the leftmost pixel is in the highest bits. */
function packedSample(row: Uint8Array, x: number, bitDepth: number): number {
	const bit = x * bitDepth;
	return (row[bit >> 3] >> (8 - bitDepth - (bit & 7))) & ((1 << bitDepth) - 1);
}

/** Whether a pixel has the transparent color, which is stored as 16 bits per sample whatever the depth. */
function isColor(
	row: Uint8Array,
	at: number,
	first: number,
	color: Uint8Array,
	channels: number,
	bitDepth: number,
): boolean {
	if (bitDepth < 8) return first === color[1];
	for (let channel = 0; channel < channels; channel++) {
		const matches =
			bitDepth === 16
				? row[at + 2 * channel] === color[2 * channel] && row[at + 2 * channel + 1] === color[2 * channel + 1]
				: row[at + channel] === color[2 * channel + 1];
		if (!matches) return false;
	}
	return true;
}
