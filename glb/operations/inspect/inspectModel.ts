/**
 * What a shop's checker, or a slicer, would complain about: a GLB in, findings in words out; none for a model without a
 * fault. Never rejects; fails for what is no model.
 */
import { type BoundingBox, toBoundingBox } from '../../facts/boundingBox';
import { MODEL_LIMITS } from '../../facts/factsLimits';
import { type Unreadable, readGlbJson } from '../../facts/glbHead';
import { readTextureSizes } from '../../facts/textureSizes';
import type { Part } from '../../preview/scene/loadGeometry';
import { TimeSlicer, type Timing, type WorkLimits, WorkStopped } from '../../timeSlicer';
import { CannotConvert } from '../convert/cannotConvert';
import { CONVERT_LIMITS } from '../convert/convertLimits';
import { type OpenModel, openModel, readModel } from '../convert/openModel';
import { findInDescription } from './descriptionFindings';
import { findForPrinting } from './printFindings';

/** What is looked for, with clock, pause and the longest work. */
export interface InspectOptions extends Timing, WorkLimits {
	/** Whether to look for holes, and for edges that a printer cannot make sense of. */
	forPrinting?: boolean;
}

/** What was found. */
export interface Inspected {
	ok: true;
	/** A sentence each. */
	findings: string[];
	/** Measured from the shape; undefined where the shape cannot be read. */
	boundingBox?: BoundingBox;
}

/** The findings, or the sentence that says why the file is no model. */
export type InspectResult = Inspected | Unreadable;

/** Longest sides that a product hardly has, meters: a model in another unit usually goes beyond one of them. */
const PLAUSIBLE_M = { min: 0.01, max: 10 };

/** Sine of the angles of a triangle that is taken for one without an area. */
const FLAT_SINE = 1e-7;

/**
 * Reads the description, the sizes of the textures, what the format does not allow and, where it can be drawn, the shape;
 * what took too long to look at is a finding.
 */
export async function inspectModel(glb: Uint8Array, options: InspectOptions): Promise<InspectResult> {
	const read = async (offset: number, length: number) => glb.subarray(offset, offset + length);
	const head = await readGlbJson(read, glb.length, MODEL_LIMITS.maxAskedJsonBytes);
	if (!head.ok) return head;
	const findings: string[] = [];
	const maxWorkMs = options.maxWorkMs ?? CONVERT_LIMITS.maxWorkMs;
	try {
		findings.push(...findInDescription(head.gltf, await readTextureSizes(read, head.gltf, head.header)));
		const slicer = new TimeSlicer(options, { maxWorkMs, signal: options.signal });
		const source = await readModel(glb, slicer);
		findings.push(...source.findings);
		const model = await openModel(source, slicer);
		if (source.damage !== undefined) findings.push(source.damage);
		const { min, max } = model.extent;
		findings.push(...findInSize(model), ...(await findFlatFaces(model.parts, slicer)));
		if (options.forPrinting) findings.push(...(await findForPrinting(model, slicer)));
		return { ok: true, findings, boundingBox: toBoundingBox(min, max) };
	} catch (error) {
		findings.push(`The shape was not checked. ${reasonOf(error, maxWorkMs)}`);
		return { ok: true, findings };
	}
}

function findInSize({ extent: { min, max } }: OpenModel): string[] {
	const longest = Math.max(...max.map((value, axis) => value - min[axis]));
	if (longest <= PLAUSIBLE_M.max && longest >= PLAUSIBLE_M.min) return [];
	const size = Number(longest.toPrecision(3));
	return [
		`The longest side is ${size} m, which is unusually ${longest > 1 ? 'large' : 'small'} for a product. The unit may be wrong.`,
	];
}

async function findFlatFaces(parts: readonly Part[], slicer: TimeSlicer): Promise<string[]> {
	let flat = 0;
	for (const { positions, indices } of parts) {
		await slicer.inBatches(indices.length / 3, 4096, (from, to) => {
			for (let i = from * 3; i < to * 3; i += 3) {
				if (isFlat(positions, indices[i] * 3, indices[i + 1] * 3, indices[i + 2] * 3)) flat++;
			}
		});
	}
	if (flat === 0) return [];
	return [
		`${flat === 1 ? '1 face has' : `${flat.toLocaleString('en-US')} faces have`} no area (degenerate).`,
	];
}

function isFlat(p: Float32Array, a: number, b: number, c: number): boolean {
	const [ux, uy, uz] = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]];
	const [vx, vy, vz] = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]];
	const area = Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx);
	return area <= FLAT_SINE * Math.hypot(ux, uy, uz) * Math.hypot(vx, vy, vz);
}

/** Our own words for whatever was thrown. */
function reasonOf(error: unknown, maxWorkMs: number): string {
	if (error instanceof CannotConvert) return error.message;
	if (!(error instanceof WorkStopped)) return 'Something in the model does not follow the file format.';
	if (error.cause === 'aborted') return 'This was canceled before it was finished.';
	return `Checking the shape takes more than ${maxWorkMs / 1000} seconds of work.`;
}
