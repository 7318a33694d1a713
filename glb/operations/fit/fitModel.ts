/**
 * A model that keeps limits: a GLB and the limits in, a GLB out that passes them, or how far it got. What the format does not
 * allow in it is put right first, so that what comes out opens everywhere. Steps come in the
 * order of what they cost the eye, and no further than needed: drop what is never drawn, merge duplicates; textures down to
 * their limit; images without transparency as JPEG; fewer faces; for a file that is still too large, both once more.
 */
import { MODEL_LIMITS } from '../../facts/factsLimits';
import { readGlbJson, type Unreadable } from '../../facts/glbHead';
import type { ModelFacts } from '../../facts/modelFacts';
import type { ShopLimits, LimitsVerdict } from '../../facts/shopLimits';
import { CALLED_OFF, TimeSlicer, type Timing, type WorkLimits, WorkStopped } from '../../timeSlicer';
import { DAMAGED, readDocument } from '../document';
import { mendGlb } from '../mend/mendGlb';
import { isPacked } from '../plainGlb';
import { Fitting } from './fitting';
import { lookAt } from './look';

/** The limits and what the file may become, with clock and pause. */
export interface FitOptions extends Timing, Pick<WorkLimits, 'signal'> {
	limits: ShopLimits;
	/** `jpeg`: every image without transparency becomes one. Default `keep`: only where the file is too large. */
	textureFormat?: 'keep' | 'jpeg';
	/** How the geometry is stored; many shops and iOS read only `none`, the default. */
	compression?: 'none' | 'quantize' | 'meshopt';
}

/** The new file with its facts: `verdict` says whether it passes. */
export interface FitModel {
	ok: true;
	glb: Uint8Array;
	facts: ModelFacts;
	verdict: LimitsVerdict;
	/** What was done, a sentence each; empty where the model kept the limits and its format as it was. */
	changes: string[];
}

/** The new file, or the sentence that says why the model cannot be read. */
export type FitResult = FitModel | Unreadable;

/** Most work on one model, ms: ten times what a million faces with three 4K textures take. */
const MAX_WORK_MS = 90_000;
const TOO_SLOW = `Fitting the model takes more than ${MAX_WORK_MS / 1000} seconds of work.`;

/** Fits the model. Never rejects for what the file holds. */
export async function fitModel(file: Uint8Array, options: FitOptions): Promise<FitResult> {
	const read = async (offset: number, length: number) => file.subarray(offset, offset + length);
	const head = await readGlbJson(read, file.length, MODEL_LIMITS.maxAskedJsonBytes);
	if (!head.ok) return head;
	const slicer = new TimeSlicer(options, { maxWorkMs: MAX_WORK_MS, signal: options.signal });
	try {
		const mended = await mendGlb(file, head, slicer);
		if (!mended.ok) return mended;
		const { glb, description } = mended;
		const changes = [...mended.changes, ...mended.left];
		const before = await lookAt(glb, description, options.limits);
		const { textureFormat = 'keep', compression = 'none' } = options;
		const isPlain = compression === 'none' && !isPacked(before.gltf);
		if (before.verdict.passed && textureFormat === 'keep' && isPlain) {
			const { facts, verdict } = before;
			return { ok: true, glb, facts, verdict, changes };
		}
		const opened = await readDocument(glb, before.gltf);
		if (!opened.ok) return opened;
		return await new Fitting(opened.document, before, options, slicer, changes).run();
	} catch (error) {
		if (!(error instanceof WorkStopped)) return { ok: false, reason: DAMAGED };
		return { ok: false, reason: error.cause === 'aborted' ? CALLED_OFF : TOO_SLOW };
	}
}
