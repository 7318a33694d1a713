/** A file as limits see it: a GLB and limits in, its facts and the verdict out; fails for what is no model. */
import { type Unreadable, readGlbJson } from '../../facts/glbHead';
import type { Gltf } from '../../facts/gltf';
import { MODEL_LIMITS } from '../../facts/factsLimits';
import { type ModelFacts, describeModel } from '../../facts/modelFacts';
import { type Budget, type BudgetVerdict, checkBudget } from '../../facts/shopLimits';
import { largestSide, readTextureSizes } from '../../facts/textureSizes';

/** A model that was read: its facts, its verdict, its description. */
export interface Look {
	ok: true;
	facts: ModelFacts;
	verdict: BudgetVerdict;
	gltf: Gltf;
}

/** The facts of a file, and whether it keeps the limits. */
export async function look(glb: Uint8Array, limits: Budget): Promise<Look | Unreadable> {
	const read = async (offset: number, length: number) => glb.subarray(offset, offset + length);
	const head = await readGlbJson(read, glb.length, MODEL_LIMITS.maxAskedJsonBytes);
	if (!head.ok) return head;
	const facts = describeModel(head.gltf, glb.length);
	facts.largest_texture_side = largestSide((await readTextureSizes(read, head.gltf, head.header)).values());
	return { ok: true, facts, verdict: checkBudget(facts, limits), gltf: head.gltf };
}
