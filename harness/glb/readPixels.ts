/** Looking at a picture: a PNG in, the color at a place out. */
import sharp from 'sharp';
import type { Preview, PreviewResult } from '../../glb/preview';

export type Rgba = [red: number, green: number, blue: number, alpha: number];

export interface Pixels {
	at(x: number, y: number): Rgba;
	/** The color where a point of the model appears. */
	atPoint(x: number, y: number, z: number): Rgba;
	/** Places whose alpha is at least this. */
	covered(alpha: number): Array<[x: number, y: number]>;
}

/** The preview, which must have been made. */
export function made(result: PreviewResult): Preview {
	if (!result.ok) throw new Error(result.reason);
	return result;
}

export async function pixelsOf(preview: Preview): Promise<Pixels> {
	const { data, info } = await sharp(preview.png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
	const at = (x: number, y: number): Rgba => {
		const place = (Math.floor(y) * info.width + Math.floor(x)) * 4;
		return [data[place], data[place + 1], data[place + 2], data[place + 3]];
	};
	return {
		at,
		atPoint: (...point) => at(...projected(preview, point)),
		covered: (alpha) =>
			Array.from({ length: info.width * info.height }, (_, i): [number, number] => [
				i % info.width,
				Math.floor(i / info.width),
			]).filter(([x, y]) => at(x, y)[3] >= alpha),
	};
}

/** Where a point appears, by the camera that the preview names. */
export function projected({ camera, width }: Preview, point: readonly number[]): [x: number, y: number] {
	const offset = point.map((value, axis) => value - camera.position[axis]);
	const along = (axis: readonly number[]) => axis.reduce((sum, value, i) => sum + value * offset[i], 0);
	const scale = width / 2 / Math.tan((camera.fieldOfViewDegrees * Math.PI) / 360) / -along(camera.back);
	return [width / 2 + along(camera.right) * scale, width / 2 - along(camera.up) * scale];
}

/** How far apart two colors are, the largest difference of a part. */
export function distance(a: readonly number[], b: readonly number[]): number {
	return Math.max(...a.map((value, index) => Math.abs(value - b[index])));
}
