/** How alike two pictures are: in their outline (structural similarity, Wang et al. 2004, of alpha), and in their colors. */
import sharp, { type Sharp } from 'sharp';

const WINDOW = 8;
const STEP = 4;
/** The constants of the formula for values from 0 to 255. */
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** One number per pixel, 0 to 255, of which `nothing` is that of a place where there is no model. */
interface Channel {
	values: Uint8Array;
	width: number;
	height: number;
	nothing: number;
}

/** Mean structural similarity of two pictures' alpha, from 0 to 1: outlines alone count. */
export async function silhouetteSimilarity(first: Uint8Array, second: Uint8Array): Promise<number> {
	return meanSimilarity(await alphaOf(first), await alphaOf(second));
}

/** Mean structural similarity of two pictures' brightness on white, from 0 to 1: outlines, shading and textures count. */
export async function pictureSimilarity(first: Uint8Array, second: Uint8Array): Promise<number> {
	return meanSimilarity(await brightnessOf(first), await brightnessOf(second));
}

/** Over windows in which at least one of them shows something: empty background is alike in any two pictures. */
function meanSimilarity(a: Channel, b: Channel): number {
	if (a.width !== b.width || a.height !== b.height) throw new Error('The pictures differ in size.');
	let sum = 0;
	let windows = 0;
	for (let y = 0; y + WINDOW <= a.height; y += STEP) {
		for (let x = 0; x + WINDOW <= a.width; x += STEP) {
			const stats = windowStats(a.values, b.values, a.width, x, y);
			if (stats.meanA === a.nothing && stats.meanB === b.nothing) continue;
			sum += similarity(stats);
			windows += 1;
		}
	}
	return windows > 0 ? sum / windows : 1;
}

async function alphaOf(png: Uint8Array): Promise<Channel> {
	return await channelOf(sharp(png).ensureAlpha().extractChannel('alpha'), 0);
}

async function brightnessOf(png: Uint8Array): Promise<Channel> {
	return await channelOf(sharp(png).flatten({ background: '#fff' }).grayscale(), 255);
}

async function channelOf(picture: Sharp, nothing: number): Promise<Channel> {
	const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
	return { values: new Uint8Array(data), width: info.width, height: info.height, nothing };
}

/** Alpha from which a pixel is shaded rather than an edge. */
const SHADED = 250;

/** Mean difference of the colors, in levels of 0 to 255, of the pixels that are shaded in both pictures. */
export async function colorDifference(first: Uint8Array, second: Uint8Array): Promise<number> {
	const [a, b] = await Promise.all([first, second].map((png) => sharp(png).ensureAlpha().raw().toBuffer()));
	let sum = 0;
	let parts = 0;
	for (let at = 0; at < Math.min(a.length, b.length); at += 4) {
		if (a[at + 3] < SHADED || b[at + 3] < SHADED) continue;
		for (let i = 0; i < 3; i++) sum += Math.abs(a[at + i] - b[at + i]);
		parts += 3;
	}
	return parts > 0 ? sum / parts : 0;
}

function similarity({
	meanA,
	meanB,
	varianceA,
	varianceB,
	covariance,
}: ReturnType<typeof windowStats>): number {
	return (
		((2 * meanA * meanB + C1) * (2 * covariance + C2)) /
		((meanA ** 2 + meanB ** 2 + C1) * (varianceA + varianceB + C2))
	);
}

function windowStats(a: Uint8Array, b: Uint8Array, width: number, left: number, top: number) {
	let [sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0];
	for (let y = top; y < top + WINDOW; y++) {
		for (let x = left; x < left + WINDOW; x++) {
			const [valueA, valueB] = [a[y * width + x], b[y * width + x]];
			sumA += valueA;
			sumB += valueB;
			squareA += valueA ** 2;
			squareB += valueB ** 2;
			product += valueA * valueB;
		}
	}
	const count = WINDOW * WINDOW;
	const [meanA, meanB] = [sumA / count, sumB / count];
	return {
		meanA,
		meanB,
		varianceA: squareA / count - meanA ** 2,
		varianceB: squareB / count - meanB ** 2,
		covariance: product / count - meanA * meanB,
	};
}
