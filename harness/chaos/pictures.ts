/** Small pictures of one color: equal colors are equal pictures, byte by byte. */
import sharp from 'sharp';

const made = new Map<string, Promise<Buffer>>();

/** An 8 × 8 PNG; `color` as CSS names it. */
export async function pictureOf(color: string): Promise<Buffer> {
	const create = { width: 8, height: 8, channels: 3 as const, background: color };
	const picture = made.get(color) ?? sharp({ create }).png().toBuffer();
	made.set(color, picture);
	return await picture;
}
