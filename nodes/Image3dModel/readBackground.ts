/** What is behind a model, as people write it: `transparent`, `white` or a color such as #f5f5f5. */
import { type Outcome, badInput, succeed } from '../shared/core/failure';

/** What the renderer is told; colors from 0 to 255. */
export type Background = 'transparent' | 'white' | readonly [red: number, green: number, blue: number];

/** Colors that are asked for by name, besides white. */
const NAMED: Readonly<Record<string, Background>> = {
	'': 'transparent',
	transparent: 'transparent',
	none: 'transparent',
	white: 'white',
	black: [0, 0, 0],
	gray: [128, 128, 128],
	grey: [128, 128, 128],
	lightgray: [211, 211, 211],
	lightgrey: [211, 211, 211],
};

const HEX = /^#?(?:([\da-f])([\da-f])([\da-f])|([\da-f]{2})([\da-f]{2})([\da-f]{2}))$/i;
const RGB = /^rgb\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*\)$/i;

/** Fails with `badInput`, quoting the text, for what is no color. */
export function readBackground(text: string): Outcome<Background> {
	const word = text.trim().toLowerCase();
	if (Object.hasOwn(NAMED, word)) return succeed(NAMED[word]);
	const color = readHex(word) ?? readRgb(word);
	return color === undefined
		? badInput(
				`"Background" is "${text.slice(0, 40)}", which is not a color`,
				'Enter transparent, white, or a color such as #f5f5f5.',
			)
		: succeed(color);
}

function readHex(word: string): Background | undefined {
	const parts = HEX.exec(word)
		?.slice(1)
		.filter((part) => part !== undefined);
	if (parts === undefined) return undefined;
	const [red, green, blue] = parts.map((part) => parseInt(part.length === 1 ? part + part : part, 16));
	return [red, green, blue];
}

function readRgb(word: string): Background | undefined {
	const parts = RGB.exec(word)?.slice(1).map(Number);
	if (parts === undefined || parts.some((part) => part > 255)) return undefined;
	const [red, green, blue] = parts;
	return [red, green, blue];
}
