/** The pixels of an image as libvips decodes it, with libpng, libjpeg and libwebp, which the own decoders are held against. */
import sharp from 'sharp';
import type { Bitmap } from '../../glb/preview/codecs/bitmap';

/** Rejects where libvips cannot read the file either. */
export async function referenceBitmap(data: Uint8Array): Promise<Bitmap> {
	const image = sharp(data, { failOn: 'none' });
	if ((await image.metadata()).space === 'cmyk') return fromInks(data);
	const { data: pixels, info } = await image
		.toColourspace('srgb')
		.ensureAlpha()
		.raw({ depth: 'uchar' })
		.toBuffer({ resolveWithObject: true });
	return { width: info.width, height: info.height, rgba: new Uint8Array(pixels) };
}

/** Inks as light, without the color profile of a press, which libvips would go through: that is how browsers do it. */
async function fromInks(data: Uint8Array): Promise<Bitmap> {
	const { data: inks, info } = await sharp(data, { failOn: 'none' })
		.pipelineColourspace('cmyk')
		.toColourspace('cmyk')
		.raw({ depth: 'uchar' })
		.toBuffer({ resolveWithObject: true });
	const rgba = new Uint8Array(info.width * info.height * 4).fill(255);
	for (let at = 0; at < rgba.length; at += 4) {
		for (let i = 0; i < 3; i++)
			rgba[at + i] = Math.round(((255 - inks[at + i]) * (255 - inks[at + 3])) / 255);
	}
	return { width: info.width, height: info.height, rgba };
}

export interface Difference {
	mean: number;
	max: number;
	/** Mean difference of how bright pixels are. */
	brightness: number;
}

/** How far apart two bitmaps are, in levels of 0 to 255; infinitely, where their sizes differ. */
export function bitmapDifference(a: Bitmap, b: Bitmap): Difference {
	if (a.width !== b.width || a.height !== b.height)
		return { mean: Infinity, max: Infinity, brightness: Infinity };
	let sum = 0;
	let max = 0;
	let brightness = 0;
	for (let at = 0; at < a.rgba.length; at += 4) {
		let light = 0;
		for (let i = 0; i < 4; i++) {
			const difference = a.rgba[at + i] - b.rgba[at + i];
			sum += Math.abs(difference);
			max = Math.max(max, Math.abs(difference));
			light += LIGHT[i] * difference;
		}
		brightness += Math.abs(light);
	}
	return { mean: sum / a.rgba.length, max, brightness: (brightness * 4) / a.rgba.length };
}

/** What red, green and blue add to brightness (ITU-R BT.601); alpha adds nothing. */
const LIGHT = [0.299, 0.587, 0.114, 0];
