/** Small pictures of one colour: equal colours are equal pictures, byte by byte. */
import sharp from 'sharp';

const made = new Map<string, Promise<Buffer>>();

/** An 8 × 8 PNG; `colour` as CSS names it. */
export async function pictureOf(colour: string): Promise<Buffer> {
	const create = { width: 8, height: 8, channels: 3 as const, background: colour };
	const picture = made.get(colour) ?? sharp({ create }).png().toBuffer();
	made.set(colour, picture);
	return await picture;
}
