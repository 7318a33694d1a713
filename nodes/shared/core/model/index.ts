/** The door to what is known of a model: facts from the head of a GLB, its tier, and a shop's budget. */
export { toBoundingBox, type BoundingBox } from './bounds';
export {
	BUDGET_PRESETS,
	checkBudget,
	needsTextureSizes,
	type Budget,
	type BudgetPresetName,
	type BudgetVerdict,
} from './budget';
export { describeModel, readModelFacts, type ModelFacts, type ModelFactsResult } from './facts';
export {
	GLB_HEAD_BYTES,
	parseGlbHeader,
	readGlbJson,
	type GlbHeader,
	type GlbHeaderResult,
	type GlbJsonResult,
	type ReadRange,
} from './glb';
export { largestSide, readTextureSizes } from './textures';
export { withinTier } from './tier';
