/** A picture of a model: a GLB in, a PNG or the reason why there is none out. Never throws. */
import { toBoundingBox, type BoundingBox } from '../facts/boundingBox';
import { drawModel } from './render/drawFrame';
import { ContactShadow } from './render/contactShadow';
import { frameModel, frameTurn, THREE_QUARTER, VIEWS, type Camera, type Viewpoint } from './render/camera';
import type { Background } from './render/resolve';
import { tile } from './render/sheet';
import { DepthBuffer } from './render/depthBuffer';
import type { Bitmap } from './codecs/bitmap';
import { compressBitmap, encodeApng, encodePng, type CompressedFrame } from './codecs/png/encodePng';
import { PREVIEW_LIMITS } from './previewLimits';
import type { GlbDescription } from '../facts/glbHead';
import { CALLED_OFF, TimeSlicer, WorkStopped, type Timing, type WorkLimits } from '../timeSlicer';
import { GlbFile } from './scene/glbFile';
import { loadModel } from './scene/loadScene';
import type { Model } from './scene/drawableScene';

/** How the picture shall look, with clock, pause and the longest work. */
export interface PreviewOptions extends Timing, WorkLimits {
	/** Milliseconds of work after which there is no picture; default `PREVIEW_LIMITS.maxWorkMs`. */
	maxWorkMs?: number;
	/** Header and description of the file, where they have been read already. */
	description?: GlbDescription;
	/** Pixels along each side; of a sheet, along its width; default 512. */
	size?: number;
	/** Default `transparent`. */
	background?: Background;
	/** Whether the model throws a soft shadow on the floor; default true. */
	groundShadow?: boolean;
	/** Where the picture is taken from; default three quarters from the front, slightly from above. */
	viewpoint?: Viewpoint;
}

/** The options of a picture, and how the model turns. */
export interface TurntableOptions extends Omit<PreviewOptions, 'viewpoint'> {
	/** Pictures per turn; default 36. */
	frames?: number;
}

/** The picture, and what the user should know of it. */
export interface Preview {
	ok: true;
	/** `image/png`; a turntable is an animated PNG, which browsers play. */
	png: Uint8Array;
	width: number;
	height: number;
	frames: number;
	/** Triangles that were drawn. */
	faces: number;
	/** Measured from the vertices, so it is known where the file's description lacks it. */
	boundingBox: BoundingBox;
	/** The first frame's camera. */
	camera: Camera;
	/** What is not shown as it is, in words. */
	notes: string[];
}

/** The picture, or a sentence that says why there is none. */
export type PreviewResult = Preview | { ok: false; reason: string };

const DEFAULT_SIZE = 512;
const DEFAULT_TURNTABLE_SIZE = 320;
/** Milliseconds per turn: slow enough to see every side. */
const TURN_MS = 4_000;
/** Samples along each side of a pixel; fewer in a large picture, whose steps are small and whose memory is not. */
function samplesFor(size: number): number {
	return size <= 512 ? 3 : 2;
}

/** Draws a still picture of a GLB. */
export async function renderPreview(glb: Uint8Array, options: PreviewOptions): Promise<PreviewResult> {
	return render(glb, options, DEFAULT_SIZE, async ({ model }, slicer) => {
		const camera = await frameModel(model, options.viewpoint ?? THREE_QUARTER, slicer);
		return camera && [camera];
	});
}

/** Draws a GLB that turns once around its upright axis, as an animated PNG. */
export async function renderTurntable(glb: Uint8Array, options: TurntableOptions): Promise<PreviewResult> {
	const count = clamp(options.frames ?? 36, PREVIEW_LIMITS.minFrames, PREVIEW_LIMITS.maxFrames);
	const views = Array.from({ length: count }, (_, frame) => ({
		...THREE_QUARTER,
		azimuthDegrees: THREE_QUARTER.azimuthDegrees - (360 * frame) / count,
	}));
	return render(glb, options, DEFAULT_TURNTABLE_SIZE, async ({ model, box }, slicer) => {
		const middle = [0, 1, 2].map((axis) => (box.min[axis] + box.max[axis]) / 2);
		return frameTurn(model, views, [middle[0], middle[1], middle[2]], slicer);
	});
}

/** The views of a sheet, row by row. */
const SHEET = [VIEWS.front, VIEWS.right, VIEWS.threeQuarter, VIEWS.back, VIEWS.left, VIEWS.top];
const SHEET_COLUMNS = 3;

/** Draws six views of a GLB as one picture, three in a row. */
export async function renderSheet(
	glb: Uint8Array,
	options: Omit<PreviewOptions, 'viewpoint'>,
): Promise<PreviewResult> {
	const side = Math.floor((options.size ?? DEFAULT_SIZE) / SHEET_COLUMNS);
	return render(
		glb,
		{ ...options, size: side },
		DEFAULT_SIZE,
		async ({ model }, slicer) => {
			const cameras: Camera[] = [];
			for (const view of SHEET) {
				const camera = await frameModel(model, view, slicer);
				if (!camera) return undefined;
				cameras.push(camera);
			}
			return cameras;
		},
		SHEET_COLUMNS,
	);
}

interface Loaded {
	model: Model;
	box: { min: number[]; max: number[] };
}

async function render(
	glb: Uint8Array,
	options: PreviewOptions & TurntableOptions,
	defaultSize: number,
	placeCameras: (loaded: Loaded, slicer: TimeSlicer) => Promise<Camera[] | undefined>,
	columns?: number,
): Promise<PreviewResult> {
	const maxWorkMs = options.maxWorkMs ?? PREVIEW_LIMITS.maxWorkMs;
	try {
		if (glb.length > PREVIEW_LIMITS.maxFileBytes) {
			const limit = Math.round(PREVIEW_LIMITS.maxFileBytes / 1024 / 1024);
			return {
				ok: false,
				reason: `The model is too large for a picture: models of up to ${limit} MB can be drawn.`,
			};
		}
		const slicer = new TimeSlicer(options, { maxWorkMs, signal: options.signal });
		const size = clamp(options.size ?? defaultSize, PREVIEW_LIMITS.minSize, PREVIEW_LIMITS.maxSize);
		const opened = await GlbFile.open(glb, options.description);
		if (!opened.ok) return opened;
		const result = await loadModel(opened.file, size * PREVIEW_LIMITS.textureSidePerPictureSide, slicer);
		if (!result.ok) return result;
		const { model } = result;
		const box = await measure(model, slicer);
		const modelSize = Math.max(...box.max.map((value, axis) => value - box.min[axis]));
		const cameras = modelSize > 0 ? await placeCameras({ model, box }, slicer) : undefined;
		if (!cameras) return { ok: false, reason: 'The model has no size, so there is nothing to draw.' };
		const ground =
			options.groundShadow === false
				? undefined
				: await ContactShadow.prepare(model.surfaces, box.min[1], slicer);
		const samples = samplesFor(size);
		const background = options.background ?? 'transparent';
		const buffer = new DepthBuffer(size * samples);
		const drawing = { size, samples, background, ground, modelSize, buffer };
		const frames: CompressedFrame[] = [];
		const tiles: Bitmap[] = [];
		for (const camera of cameras) {
			const bitmap = await drawModel(model, camera, drawing, slicer);
			if (columns === undefined) frames.push(await compressBitmap(bitmap, slicer));
			else tiles.push(bitmap);
		}
		if (columns !== undefined) frames.push(await compressBitmap(tile(tiles, columns), slicer));
		return {
			ok: true,
			png: frames.length > 1 ? encodeApng(frames, TURN_MS / frames.length) : encodePng(frames[0]),
			width: frames[0].width,
			height: frames[0].height,
			frames: frames.length,
			faces: model.faces,
			boundingBox: toBoundingBox([box.min[0], box.min[1], box.min[2]], [box.max[0], box.max[1], box.max[2]]),
			camera: cameras[0],
			notes: model.notes,
		};
	} catch (error) {
		// A picture is an extra: whatever a strange file leads to, it must not cost the item its model.
		return { ok: false, reason: reasonOf(error, maxWorkMs) };
	}
}

/** Our own words for whatever was thrown: a foreign message tells the user nothing, and may hold parts of the file. */
function reasonOf(error: unknown, maxWorkMs: number): string {
	if (!(error instanceof WorkStopped)) return 'Something in the model does not follow the file format.';
	if (error.cause === 'aborted') return CALLED_OFF;
	return `Drawing the model takes more than ${maxWorkMs / 1000} seconds of work.`;
}

async function measure(model: Model, slicer: TimeSlicer): Promise<{ min: number[]; max: number[] }> {
	const min = [Infinity, Infinity, Infinity];
	const max = [-Infinity, -Infinity, -Infinity];
	for (const { positions } of model.surfaces) {
		await slicer.inBatches(positions.length, 32_768, (from, to) => {
			for (let i = from; i < to; i++) {
				const axis = i % 3;
				if (positions[i] < min[axis]) min[axis] = positions[i];
				if (positions[i] > max[axis]) max[axis] = positions[i];
			}
		});
	}
	return { min, max };
}

function clamp(value: number, low: number, high: number): number {
	return Math.min(high, Math.max(low, Math.round(value) || low));
}
