/** A file as limits see it: a GLB and limits in, its facts and the verdict out; fails for what is no model. */
import { type GlbDescription, type GlbHeader, type Unreadable, readGlbJson } from '../../facts/glbHead';
import type { Gltf } from '../../facts/gltf';
import { MODEL_LIMITS } from '../../facts/factsLimits';
import { type ModelFacts, describeModel } from '../../facts/modelFacts';
import { type ShopLimits, type LimitsVerdict, checkLimits } from '../../facts/shopLimits';
import { largestSide, readTextureSizes } from '../../facts/textureSizes';

/** A model that was read: its facts, its verdict, its description. */
export interface Look {
	ok: true;
	facts: ModelFacts;
	verdict: LimitsVerdict;
	gltf: Gltf;
	header: GlbHeader;
}

/** The facts of a file, and whether it keeps the limits. */
export async function look(glb: Uint8Array, limits: ShopLimits): Promise<Look | Unreadable> {
	const read = async (offset: number, length: number) => glb.subarray(offset, offset + length);
	const head = await readGlbJson(read, glb.length, MODEL_LIMITS.maxAskedJsonBytes);
	return head.ok ? await lookAt(glb, head, limits) : head;
}

/** As `look`, of a file whose description was read. */
export async function lookAt(
	glb: Uint8Array,
	{ gltf, header }: GlbDescription,
	limits: ShopLimits,
): Promise<Look> {
	const read = async (offset: number, length: number) => glb.subarray(offset, offset + length);
	const facts = describeModel(gltf, glb.length);
	facts.largest_texture_side = largestSide((await readTextureSizes(read, gltf, header)).values());
	return { ok: true, facts, verdict: checkLimits(facts, limits), gltf, header };
}
