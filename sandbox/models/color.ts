/** Text mode: picks a color from the words of a prompt. */
import { createHash } from 'node:crypto';
import { type Vec3 } from './meshArrays';

const COLORS: Readonly<Record<string, Vec3>> = {
	red: [0.6, 0.03, 0.03],
	orange: [0.8, 0.25, 0.02],
	yellow: [0.8, 0.6, 0.04],
	green: [0.05, 0.35, 0.07],
	teal: [0.02, 0.3, 0.3],
	blue: [0.04, 0.12, 0.6],
	purple: [0.25, 0.05, 0.4],
	pink: [0.8, 0.2, 0.35],
	brown: [0.2, 0.08, 0.03],
	wooden: [0.3, 0.14, 0.05],
	black: [0.02, 0.02, 0.02],
	white: [0.85, 0.85, 0.85],
	grey: [0.25, 0.25, 0.25],
	gray: [0.25, 0.25, 0.25],
	gold: [0.7, 0.45, 0.08],
	golden: [0.7, 0.45, 0.08],
	silver: [0.6, 0.6, 0.62],
};

/** Linear RGB for the first color the prompt names, or one picked by its hash. */
export function pickColor(prompt: string): Vec3 {
	const words = prompt.toLowerCase().match(/[a-z]+/g) ?? [];
	const named = words.find((word) => Object.hasOwn(COLORS, word));
	const choices = Object.values(COLORS);
	return named ? COLORS[named] : choices[hashOf(`colour:${prompt.toLowerCase()}`) % choices.length];
}

/** A whole number that depends only on the text. */
export function hashOf(text: string): number {
	return createHash('sha256').update(text).digest().readUInt32LE(0);
}
