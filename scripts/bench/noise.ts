/** A picture that nothing can compress, so that its size is known: three bytes per pixel. */
import { randomBytes } from 'node:crypto';
import sharp from 'sharp';

/** A square PNG with sides of so many pixels. */
export async function drawNoise(side: number): Promise<Buffer> {
	const raw = { width: side, height: side, channels: 3 as const };
	return await sharp(randomBytes(side * side * 3), { raw })
		.png({ compressionLevel: 0 })
		.toBuffer();
}
