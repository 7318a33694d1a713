/** The door to the pictures: a GLB in, a PNG or an animated PNG out. The build bundles this file with all it needs. */
export { VIEWS, type ViewName } from './render/camera';
export { PREVIEW_LIMITS } from './previewLimits';
export {
	renderPreview,
	renderSheet,
	renderTurntable,
	type Preview,
	type PreviewOptions,
	type PreviewResult,
	type TurntableOptions,
} from './renderPreview';
