/** One picture of a model from one camera: model and camera in, pixels out. */
import type { Bitmap } from '../codecs/bitmap';
import type { Pacer } from '../../timeSlicer';
import type { Model } from '../scene/drawableScene';
import type { Camera } from './camera';
import { ExposureMap } from './ambientOcclusion';
import type { Ground } from './contactShadow';
import { LampView } from './shadowMap';
import { projectSurfaces, type SeenSurface } from './project';
import { DepthBuffer } from './depthBuffer';
import { resolve } from './resolve';
import { Shader } from './shade';
import { Studio } from './lighting';

export interface DrawOptions {
	/** Pixels along each side. */
	size: number;
	/** Samples along each side of a pixel. */
	samples: number;
	/** As large as all samples; its content is lost. It is handed in to be used for one picture after another. */
	buffer: DepthBuffer;
	background: 'transparent' | 'white';
	ground?: Ground;
	/** Longest side of the model, metres. */
	modelSize: number;
}

/** From this alpha on a translucent surface hides what is behind it, as many models are only called translucent. */
const HIDES_FROM_ALPHA = 0.98;

export async function drawModel(
	model: Model,
	camera: Camera,
	options: DrawOptions,
	pacer: Pacer,
): Promise<Bitmap> {
	const { size, samples, modelSize, buffer } = options;
	buffer.clear();
	const surfaces = await projectSurfaces(model.surfaces, camera, buffer.side, pacer);
	const shader = new Shader(camera);
	for (const surface of surfaces) await drawDepth(surface, buffer, shader, pacer);
	const [key] = new Studio(camera).lamps;
	const keyView = await LampView.draw(model.surfaces, [key.x, key.y, key.z], size, 0.02, pacer);
	const exposure = new ExposureMap(size, samples, buffer, camera, keyView, modelSize);
	await exposure.measure(pacer);
	return resolve({ ...options, camera, surfaces, exposure }, pacer);
}

async function drawDepth(
	surface: SeenSurface,
	buffer: DepthBuffer,
	shader: Shader,
	pacer: Pacer,
): Promise<void> {
	const { alphaMode, alphaCutoff, baseColor } = surface.material;
	if (alphaMode === 'blend' && baseColor[3] < HIDES_FROM_ALPHA) return;
	const least = alphaMode === 'blend' ? HIDES_FROM_ALPHA : alphaCutoff;
	const test =
		alphaMode === 'opaque'
			? undefined
			: (triangle: number, x: number, y: number) => shader.alphaAt(surface, triangle, x, y) >= least;
	await buffer.draw(surface, pacer, test);
}
