/** The door to what is known of a model: facts from the head of a GLB, and a shop's limits. */
export { toBoundingBox, type BoundingBox } from './boundingBox';
export {
	SHOPS,
	checkLimits,
	needsTextureSizes,
	type ShopLimits,
	type ShopName,
	type LimitsVerdict,
} from './shopLimits';
export { describeModel, readModelFacts, type ModelFacts, type ModelFactsResult } from './modelFacts';
export type { Unreadable } from './parseDescription';
export { MODEL_LIMITS } from './factsLimits';
export {
	GLB_HEAD_BYTES,
	parseGlbHeader,
	readGlbJson,
	type GlbDescription,
	type GlbHeader,
	type GlbHeaderResult,
	type GlbJsonResult,
	type ReadRange,
} from './glbHead';
export { largestSide, readTextureSizes } from './textureSizes';
