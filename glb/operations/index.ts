/** The door to what is done with models: a GLB in, another GLB or another file out. The build bundles it with its libraries. */
export {
	type ConvertFormat,
	type ConvertOptions,
	type ConvertResult,
	convertModel,
} from './convert/convertModel';
export { readDocument, writeDocument } from './document';
export { fitModel, type FitModel, type FitOptions, type FitResult } from './fit/fitModel';
export { mendModel, type KeptOrMended } from './mend/mendModel';
export {
	resizeModel,
	type Dimension,
	type Pivot,
	type ResizeOptions,
	type ResizeResult,
} from './resizeModel';
export { buildPage, VIEWER, type PageOptions, type PageResult } from './buildPage';
export { prepareForPage, type PageModel } from './pageModel';
export { toPlainGlb, type PlainResult } from './plainGlb';
export { type InspectOptions, type InspectResult, inspectModel } from './inspect/inspectModel';
export { unpackGlb, type UnpackResult } from './unpackGlb';
