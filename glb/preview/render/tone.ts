/** From light to picture: Khronos PBR Neutral tone mapping, which leaves a product's colors as they are, and sRGB. */

const STEPS = 4096;

/** Stored value (0 to 255) of each linear value from 0 to 1. */
const STORED = Float32Array.from({ length: STEPS + 1 }, (_, step) => {
	const linear = step / STEPS;
	return 255 * (linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055);
});

/** The stored value, 0 to 255 with decimals, of a linear one. */
export function toStored(linear: number): number {
	return STORED[Math.round(Math.min(1, Math.max(0, linear)) * STEPS)];
}

/** Where highlights begin to be compressed, and how fast they lose their color. */
const START = 0.8 - 0.04;
const DESATURATION = 0.15;

/** What the surface's mirror reflection adds to every color in this studio, and is taken off again; Khronos: 0.04. */
const HAZE = 0.02;

/** The color of a sample; one for all, to allocate nothing. Linear. */
export const color = { red: 0, green: 0, blue: 0, alpha: 1 };

/** Brings the light in `color` into the range of a picture. */
export function toneMap(): void {
	const least = Math.min(color.red, color.green, color.blue);
	const haze = least < 2 * HAZE ? least - (least * least) / (4 * HAZE) : HAZE;
	color.red -= haze;
	color.green -= haze;
	color.blue -= haze;
	const peak = Math.max(color.red, color.green, color.blue);
	if (peak < START) return;
	const range = 1 - START;
	const newPeak = 1 - (range * range) / (peak + range - START);
	const fade = 1 / (DESATURATION * (peak - newPeak) + 1);
	const scale = (newPeak / peak) * fade;
	const white = newPeak * (1 - fade);
	color.red = color.red * scale + white;
	color.green = color.green * scale + white;
	color.blue = color.blue * scale + white;
}
