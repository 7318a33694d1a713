/** The studio of the pictures as another renderer takes it: a camera in, a panorama of the light around the model out. */
import type { Camera } from '../../glb/preview/render/camera';
import { light, Lighting } from '../../glb/preview/render/lighting';

export interface Panorama {
	width: number;
	height: number;
	/** Red, green, blue and 1 of each pixel, linear, as floats in base64; equirectangular, from below upwards. */
	data: string;
}

const WIDTH = 512;
const HEIGHT = 256;
/** Square of the roughness that a lamp is seen with: small enough for sharp reflections, and no harder than a pixel. */
const SHARPNESS_ALPHA = 0.03;

export function studioPanorama(camera: Camera): Panorama {
	const studio = new Lighting(camera);
	const pixels = new Float32Array(WIDTH * HEIGHT * 4);
	for (let row = 0; row < HEIGHT; row++) {
		const up = ((row + 0.5) / HEIGHT - 0.5) * Math.PI;
		for (let column = 0; column < WIDTH; column++) {
			const around = ((column + 0.5) / WIDTH - 0.5) * 2 * Math.PI;
			const [x, y, z] = [Math.cos(up) * Math.cos(around), Math.sin(up), Math.cos(up) * Math.sin(around)];
			studio.reflect(x, y, z, SHARPNESS_ALPHA, 1, 1);
			pixels.set([light.red, light.green, light.blue, 1], (row * WIDTH + column) * 4);
		}
	}
	return { width: WIDTH, height: HEIGHT, data: Buffer.from(pixels.buffer).toString('base64') };
}
