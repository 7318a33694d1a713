/** The product pictures that come with the package, one per format, as the API takes them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '..', '..', 'templates', 'pictures');

export const PICTURES = { jpeg: 'coffee-cup.jpg', png: 'gramophone.png', webp: 'tennis-shoes.webp' } as const;

export function readPictureFile(format: keyof typeof PICTURES): Buffer {
	return readFileSync(join(FOLDER, PICTURES[format]));
}

export function pictureBase64(format: keyof typeof PICTURES): string {
	return readPictureFile(format).toString('base64');
}
