/** What every converter starts from: a GLB in, put right; its triangles in the world, with their extent, out. */
import { MODEL_LIMITS } from '../../facts/factsLimits';
import type { Gltf } from '../../facts/gltf';
import { readGlbJson } from '../../facts/glbHead';
import { GlbFile } from '../../preview/scene/glbFile';
import { type Part, findVisible, loadGeometry } from '../../preview/scene/loadGeometry';
import type { Purpose } from '../../preview/scene/purpose';
import type { TimeSlicer } from '../../timeSlicer';
import { type KeptOrMended, mendOrKeep } from '../mend/mendModel';
import { toPlainGlb } from '../plainGlb';
import { CannotConvert } from './cannotConvert';
import { CONVERT_LIMITS } from './convertLimits';

/** A box in the world, meters. */
export interface Extent {
	min: [x: number, y: number, z: number];
	max: [x: number, y: number, z: number];
}

/** A model with its triangles where they are seen, in meters with y up. */
export interface OpenModel {
	file: GlbFile;
	gltf: Gltf;
	parts: Part[];
	/** Meters. */
	extent: Extent;
	faces: number;
}

const CONVERSION: Purpose = {
	verb: 'work on',
	madeOf: 'this works with',
	mayTake: 'it may take',
	work: 'Reading the model',
	supports: 'cannot be read',
};

/**
 * The file as the format allows it, or as it is where it cannot be put right.
 *
 * @throws CannotConvert where the file is no GLB, or too large
 */
export async function readModel(glb: Uint8Array, slicer: TimeSlicer): Promise<KeptOrMended> {
	if (glb.length > CONVERT_LIMITS.maxFileBytes)
		throw new CannotConvert(
			`The model is too large: models of up to ${CONVERT_LIMITS.maxFileBytes / 1024 / 1024} MB can be read.`,
		);
	return orEnd(await mendOrKeep(glb, slicer));
}

/** @throws CannotConvert where the shape cannot be read, and WorkStopped */
export async function openModel(
	source: KeptOrMended,
	slicer: TimeSlicer,
	maxFaces?: number,
): Promise<OpenModel> {
	const purpose = { ...CONVERSION, maxFaces };
	const file = await openPlain(source);
	const { gltf } = file;
	const visible = orEnd(await findVisible(gltf, slicer, purpose));
	const { parts } = orEnd(await loadGeometry(file, visible.scene, slicer, purpose));
	const extent = await measure(parts, slicer);
	if (!(Math.max(...extent.max.map((value, axis) => value - extent.min[axis])) > 0))
		throw new CannotConvert('The model has no size, so there is nothing to work on.');
	return {
		file,
		gltf,
		parts,
		extent,
		faces: parts.reduce((sum, { indices }) => sum + indices.length / 3, 0),
	};
}

async function openPlain({ glb, description: known }: KeptOrMended): Promise<GlbFile> {
	const plain = orEnd(await toPlainGlb(glb, known)).glb;
	if (plain === glb) return orEnd(await GlbFile.open(glb, known)).file;
	const read = async (offset: number, length: number) => plain.subarray(offset, offset + length);
	const description = orEnd(await readGlbJson(read, plain.length, MODEL_LIMITS.maxAskedJsonBytes));
	return orEnd(await GlbFile.open(plain, description)).file;
}

function orEnd<T extends { ok: true } | { ok: false; reason: string }>(result: T): Extract<T, { ok: true }> {
	if (!result.ok) throw new CannotConvert(result.reason);
	return result as Extract<T, { ok: true }>;
}

/** The extent of the corners of all triangles; vertices that no triangle uses do not count. */
async function measure(parts: readonly Part[], slicer: TimeSlicer): Promise<Extent> {
	const min: Extent['min'] = [Infinity, Infinity, Infinity];
	const max: Extent['max'] = [-Infinity, -Infinity, -Infinity];
	for (const { positions, indices } of parts) {
		await slicer.inBatches(indices.length, 16_384, (from, to) => {
			for (let i = from; i < to; i++) {
				for (let axis = 0; axis < 3; axis++) {
					const value = positions[indices[i] * 3 + axis];
					if (!Number.isFinite(value))
						throw new CannotConvert('The model is damaged: the position of a vertex is not a number.');
					if (value < min[axis]) min[axis] = value;
					if (value > max[axis]) max[axis] = value;
				}
			}
		});
	}
	return { min, max };
}
