/**
 * How far a model reaches as it is seen: a GLB and its description in, its extents in meters out. Skins, instances, morph
 * targets and turned parts count as they are drawn, which the description alone does not tell.
 */
import { type BoundingBox, boundingBoxOf } from '../facts/boundingBox';
import type { GlbDescription, Unreadable } from '../facts/glbHead';
import { listOf, type Gltf } from '../facts/gltf';
import { walkScene } from '../facts/walkScene';
import { GlbFile } from '../preview/scene/glbFile';
import { loadModel } from '../preview/scene/loadScene';
import { CALLED_OFF, TimeSlicer, type Timing, type WorkLimits, WorkStopped } from '../timeSlicer';
import { toPlainGlb } from './plainGlb';

/** Not rounded, as what is rounded would be scaled. */
export type Extents = Pick<BoundingBox, 'min' | 'max'>;

/** The extents; an estimate where the shape itself could not be read, only its description. */
export type MeasureResult = { ok: true; extents: Extents; isEstimate: boolean } | Unreadable;

/** Work on measuring, ms: ten times what a million faces take. */
const MAX_WORK_MS = 20_000;

/**
 * Measures the vertices as they are drawn; where they cannot be read (Draco), takes what the file states of its parts,
 * which is exact for parts that are not turned. Never rejects for what the file holds.
 */
export async function measureModel(
	glb: Uint8Array,
	description: GlbDescription,
	timing: Timing & Pick<WorkLimits, 'signal'>,
): Promise<MeasureResult> {
	const { gltf } = description;
	const seen = await measureSeen(glb, description, timing);
	if (seen.ok) return { ...seen, isEstimate: false };
	const isStatedEnough = listOf(gltf.skins).length === 0 && listOf(gltf.extensionsRequired).length > 0;
	const stated = isStatedEnough ? boundingBoxOf(gltf, walkScene(gltf).meshes) : null;
	return stated === null ? seen : { ok: true, extents: stated, isEstimate: true };
}

async function measureSeen(
	glb: Uint8Array,
	{ gltf, header }: GlbDescription,
	timing: Timing & Pick<WorkLimits, 'signal'>,
): Promise<{ ok: true; extents: Extents } | Unreadable> {
	const plain = await toPlainGlb(glb, { gltf, header });
	if (!plain.ok) return plain;
	const description = plain.glb === glb ? { header, gltf: withoutMaterials(gltf) } : undefined;
	const opened = await GlbFile.open(plain.glb, description);
	if (!opened.ok) return opened;
	try {
		const slicer = new TimeSlicer(timing, { maxWorkMs: MAX_WORK_MS, signal: timing.signal });
		const loaded = await loadModel(opened.file, 1, slicer);
		if (!loaded.ok) return loaded;
		const min: BoundingBox['min'] = [Infinity, Infinity, Infinity];
		const max: BoundingBox['max'] = [-Infinity, -Infinity, -Infinity];
		for (const { positions, indices } of loaded.model.surfaces) {
			await slicer.inBatches(indices.length, 16_384, (from, to) => {
				for (let i = from; i < to; i++) {
					for (let axis = 0; axis < 3; axis++) {
						const value = positions[indices[i] * 3 + axis];
						if (value < min[axis]) min[axis] = value;
						if (value > max[axis]) max[axis] = value;
					}
				}
			});
		}
		if ([...min, ...max].every(Number.isFinite)) return { ok: true, extents: { min, max } };
		return { ok: false, reason: 'The model is damaged: one of its vertices has no position.' };
	} catch (error) {
		if (!(error instanceof WorkStopped)) return { ok: false, reason: 'The model is damaged.' };
		const reason = error.cause === 'aborted' ? CALLED_OFF : 'Measuring the model takes too long.';
		return { ok: false, reason };
	}
}

/** Without textures that would be decoded for nothing. */
function withoutMaterials(gltf: Gltf): Gltf {
	return { ...gltf, materials: [], textures: [], images: [] };
}
