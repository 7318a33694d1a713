/** One picture of a model from one camera: model and camera in, pixels out. */
import type { Bitmap } from '../codecs/bitmap';
import type { TimeSlicer } from '../../timeSlicer';
import type { Model } from '../scene/drawableScene';
import type { Camera } from './camera';
import { OcclusionMap } from './ambientOcclusion';
import type { ContactShadow } from './contactShadow';
import { ShadowMap } from './shadowMap';
import { projectSurfaces, type SeenSurface } from './project';
import { DepthBuffer } from './depthBuffer';
import { resolve, type Background } from './resolve';
import { Shader } from './shade';
import { Lighting } from './lighting';

/** How large and how fine, and what the picture is drawn into. */
export interface DrawOptions {
	/** Pixels along each side. */
	size: number;
	/** Samples along each side of a pixel. */
	samples: number;
	/** As large as all samples; its content is lost. It is handed in to be used for one picture after another. */
	buffer: DepthBuffer;
	background: Background;
	ground?: ContactShadow;
	/** Longest side of the model, meters. */
	modelSize: number;
}

/** From this alpha on a translucent surface hides what is behind it, as many models are only called translucent. */
const HIDES_FROM_ALPHA = 0.98;

/** The picture, square. Ends with `WorkStopped` alone; the buffer's content is lost. */
export async function drawModel(
	model: Model,
	camera: Camera,
	options: DrawOptions,
	slicer: TimeSlicer,
): Promise<Bitmap> {
	const { size, samples, modelSize, buffer } = options;
	buffer.clear();
	const surfaces = await projectSurfaces(model.surfaces, camera, buffer.side, slicer);
	const shader = new Shader(camera);
	for (const surface of surfaces) await drawDepth(surface, buffer, shader, slicer);
	const [key] = new Lighting(camera).lamps;
	const keyView = await ShadowMap.draw(model.surfaces, [key.x, key.y, key.z], size, 0.02, slicer);
	const exposure = new OcclusionMap(size, samples, buffer, camera, keyView, modelSize);
	await exposure.measure(slicer);
	return resolve({ ...options, camera, surfaces, exposure }, slicer);
}

async function drawDepth(
	surface: SeenSurface,
	buffer: DepthBuffer,
	shader: Shader,
	slicer: TimeSlicer,
): Promise<void> {
	const { alphaMode, alphaCutoff, baseColor } = surface.material;
	if (alphaMode === 'blend' && baseColor[3] < HIDES_FROM_ALPHA) return;
	const least = alphaMode === 'blend' ? HIDES_FROM_ALPHA : alphaCutoff;
	const test =
		alphaMode === 'opaque'
			? undefined
			: (triangle: number, x: number, y: number) => shader.alphaAt(surface, triangle, x, y) >= least;
	await buffer.draw(surface, slicer, test);
}
