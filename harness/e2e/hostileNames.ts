/** Sentences and file names that a shop has and a file system dislikes, for every template that makes files of them. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './stage';

/** Each is one model; the last has 300 characters. */
export const HOSTILE_SENTENCES = [
	'a 1/2 inch bolt',
	'a round blue ceramic vase',
	'a round blue ceramic vase',
	'a "fancy" lamp: 50% off?',
	'CON',
	'../../etc/x',
	'🦊 on a 🪑',
	`a table ${'with a very long name and '.repeat(12)}`.slice(0, 300),
];

const PICTURES: Record<string, string> = {
	'chair.jpg': 'coffee-cup.jpg',
	'chair.png': 'gramophone.png',
	'Chair.webp': 'tennis-shoes.webp',
	'a "fancy" lamp: 50% off?.png': 'gramophone.png',
	'CON.jpg': 'coffee-cup.jpg',
	'#1 🦊 & co.jpg': 'coffee-cup.jpg',
};

/** Each is one picture that becomes a model. */
export const HOSTILE_PICTURES = Object.keys(PICTURES);

/** A file that is called a picture and is none. */
export const NO_PICTURE = 'broken.jpg';

/** Makes the folder and puts all of them there, with the one that is no picture. */
export function writeHostilePictures(folder: string): void {
	mkdirSync(folder, { recursive: true });
	for (const [name, picture] of Object.entries(PICTURES))
		copyFileSync(join(ROOT, 'templates', 'pictures', picture), join(folder, name));
	writeFileSync(join(folder, NO_PICTURE), '%PDF-1.7');
}
