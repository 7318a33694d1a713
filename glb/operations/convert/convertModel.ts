/** A model as another kind of file: a GLB and a format in; the file, or the reason why there is none, out. Never rejects. */
import { type BoundingBox, toBoundingBox } from '../../facts/boundingBox';
import { TimeSlicer, type Timing, type WorkLimits, WorkStopped } from '../../timeSlicer';
import { CannotConvert } from './cannotConvert';
import { CONVERT_LIMITS } from './convertLimits';
import { writeObj } from './obj';
import { lostFeatures } from './lostFeatures';
import { type OpenModel, openModel, readModel } from './openModel';
import { writeStl } from './stl';
import { writeThreeMf } from './threeMf';
import { writeUsdz } from './usdz';

/** The ending of the new file, too; that of `obj` comes in a ZIP with its materials. */
export type ConvertFormat = 'usdz' | 'stl' | '3mf' | 'obj';

/** The wanted format, with clock, pause and the longest work. */
export interface ConvertOptions extends Timing, WorkLimits {
	format: ConvertFormat;
	/** What the model is called in the file; the name of the GLB without its ending. */
	name?: string;
}

/** The new file, and what the user should know of it. */
export interface Converted {
	ok: true;
	file: Uint8Array;
	/** Meters, y up, whatever the format uses. */
	boundingBox: BoundingBox;
	faces: number;
	/** The model that was converted: the one that was given, put right where it was damaged. */
	source: Uint8Array;
	/** What was repaired, and what is not in the new file as it was: a sentence each. */
	changes: string[];
}

/** The new file, or a sentence that says why there is none. */
export type ConvertResult = Converted | { ok: false; reason: string };

/** What writes a format: notes what is lost in `changes`. */
export type WriteFormat = (
	model: OpenModel,
	slicer: TimeSlicer,
	changes: string[],
	name: string,
) => Promise<Uint8Array>;

interface Format {
	write: WriteFormat;
	/** Where fewer triangles are converted than drawn. */
	maxFaces?: number;
}

const FORMATS: Readonly<Record<ConvertFormat, Format>> = {
	obj: { write: writeObj, maxFaces: CONVERT_LIMITS.maxTextFaces },
	stl: { write: writeStl },
	usdz: { write: writeUsdz, maxFaces: CONVERT_LIMITS.maxTextFaces },
	'3mf': { write: writeThreeMf, maxFaces: CONVERT_LIMITS.maxTextFaces },
};

/**
 * The model in another format: in its starting pose, without movement. What the format of the GLB does not allow is put
 * right first. Whatever else is wrong with the file, or takes too long, is a reason.
 */
export async function convertModel(glb: Uint8Array, options: ConvertOptions): Promise<ConvertResult> {
	const maxWorkMs = options.maxWorkMs ?? CONVERT_LIMITS.maxWorkMs;
	try {
		const { write, maxFaces } = FORMATS[options.format];
		const slicer = new TimeSlicer(options, { maxWorkMs, signal: options.signal });
		const source = await readModel(glb, slicer);
		const model = await openModel(source, slicer, maxFaces);
		const { min, max } = model.extent;
		// What is left as it was in the model is not in the new file, which is made of its triangles.
		const damage = source.damage === undefined ? [] : [source.damage];
		const changes = [...source.changes, ...damage, ...lostFeatures(model, options.format)];
		const file = await write(model, slicer, changes, options.name?.trim() || 'Model');
		const boundingBox = toBoundingBox(min, max);
		return { ok: true, file, boundingBox, faces: model.faces, source: source.glb, changes };
	} catch (error) {
		return { ok: false, reason: reasonOf(error, maxWorkMs) };
	}
}

/** Our own words for whatever was thrown: a foreign message tells the user nothing, and may hold parts of the file. */
function reasonOf(error: unknown, maxWorkMs: number): string {
	if (error instanceof CannotConvert) return error.message;
	if (!(error instanceof WorkStopped)) return 'Something in the model does not follow the file format.';
	if (error.cause === 'aborted') return 'This was canceled before it was finished.';
	return `Converting the model takes more than ${maxWorkMs / 1000} seconds of work.`;
}
