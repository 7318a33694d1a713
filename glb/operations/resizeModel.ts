/**
 * A model in its real size: a GLB and a wanted length in, the same GLB with one node above each scene out. Nothing of
 * the geometry is touched or encoded again, so skins, animations and compression survive; only what the format does not
 * allow is put right.
 */
import { toBoundingBox, type BoundingBox } from '../facts/boundingBox';
import { MODEL_LIMITS } from '../facts/factsLimits';
import { readGlbJson, type Unreadable } from '../facts/glbHead';
import { TimeSlicer, type Timing, type WorkLimits } from '../timeSlicer';
import { chunksAfterJson, joinGlb } from './container';
import { type Extents, measureModel } from './measureModel';
import { mendGlb } from './mend/mendGlb';
import { MAX_MENDING_MS } from './mend/mendModel';
import { withNodeAbove } from './nodeAbove';

/** Along which of the model's extents the length is measured; glTF's y points up, and its front faces +z. */
export type Dimension = 'longest' | 'width' | 'height' | 'depth';

/** Where the origin is put: below the middle of the model, in its middle, or where it was. */
export type Pivot = 'bottomCenter' | 'center' | 'keep';

/** The wanted length, and where the model shall stand. */
export interface ResizeOptions extends Timing, Pick<WorkLimits, 'signal'> {
	dimension: Dimension;
	/** Meters. */
	lengthM: number;
	pivot: Pivot;
}

/** The new file with its box in meters and a sentence per change, or why the model cannot be measured. */
export type ResizeResult =
	| { ok: true; glb: Uint8Array; boundingBox: BoundingBox; changes: string[] }
	| Unreadable;

type Point = BoundingBox['min'];

/** Of the node that is put above the scene. */
const NODE_NAME = 'RealSize';

const WORDS: Readonly<Record<Dimension, string>> = {
	longest: 'longest side',
	width: 'width',
	height: 'height',
	depth: 'depth',
};

const PIVOT_CHANGES = {
	bottomCenter: 'The model stands on the ground, centered.',
	center: 'The origin is at the center of the model.',
} as const;

const AXIS_OF = { width: 0, height: 1, depth: 2 } as const;

/** The model with the wanted extent in meters, standing where `pivot` says. Never rejects for what the file holds. */
export async function resizeModel(
	glb: Uint8Array,
	{ dimension, lengthM, pivot, signal, ...timing }: ResizeOptions,
): Promise<ResizeResult> {
	const read = async (offset: number, length: number) => glb.subarray(offset, offset + length);
	const head = await readGlbJson(read, glb.length, MODEL_LIMITS.maxAskedJsonBytes);
	if (!head.ok) return head;
	const mended = await mendGlb(glb, head, new TimeSlicer(timing, { maxWorkMs: MAX_MENDING_MS, signal }));
	if (!mended.ok) return mended;
	const { gltf, header } = mended.description;
	const measured = await measureModel(mended.glb, mended.description, { ...timing, signal });
	if (!measured.ok) return measured;
	const { extents } = measured;
	const now = extentOf(extents, dimension);
	if (!(now > 0)) return { ok: false, reason: `The model has no ${WORDS[dimension]} that could be changed.` };
	const scale = lengthM / now;
	const translation = placeOf(extents, pivot).map((value) => -value * scale);
	if (![scale, ...translation].every(Number.isFinite))
		return { ok: false, reason: 'The model is too large or too small to be measured.' };
	const resized = withNodeAbove(gltf, { name: NODE_NAME, scale: [scale, scale, scale], translation });
	if (resized === undefined)
		return { ok: false, reason: 'Two scenes of the model share a part, so it cannot be resized.' };
	const move = ([x, y, z]: Point): Point => [
		x * scale + translation[0],
		y * scale + translation[1],
		z * scale + translation[2],
	];
	return {
		ok: true,
		glb: joinGlb(resized, chunksAfterJson(mended.glb, header)),
		boundingBox: toBoundingBox(move(extents.min), move(extents.max)),
		changes: [
			...mended.changes,
			...mended.left,
			`${capital(WORDS[dimension])} changed from ${meters(now)} to ${meters(lengthM)}.`,
			...(pivot === 'keep' ? [] : [PIVOT_CHANGES[pivot]]),
			...(measured.isEstimate
				? ['The size before is what the file states, because its shape cannot be read.']
				: []),
		],
	};
}

function extentOf({ min, max }: Extents, dimension: Dimension): number {
	const size = max.map((value, axis) => value - min[axis]);
	return dimension === 'longest' ? Math.max(...size) : size[AXIS_OF[dimension]];
}

function placeOf({ min, max }: Extents, pivot: Pivot): number[] {
	if (pivot === 'keep') return [0, 0, 0];
	const middle = min.map((value, axis) => (value + max[axis]) / 2);
	return pivot === 'center' ? middle : [middle[0], min[1], middle[2]];
}

function meters(length: number): string {
	return `${length.toLocaleString('en-US', { maximumSignificantDigits: 4 })} m`;
}

function capital(text: string): string {
	return text[0].toUpperCase() + text.slice(1);
}
