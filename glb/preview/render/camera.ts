/** Where the picture is taken from: the model's vertices in, a camera that shows all of them as large as they fit out. */
import type { TimeSlicer } from '../../timeSlicer';
import type { Model } from '../scene/drawableScene';
import { combine, cross, normalize, type Vector } from './vector';

/** Where the picture is taken from, in the world: meters, y up. */
export interface Camera {
	position: Vector;
	/** Unit vectors of the picture: to the right, upwards, and from the model towards the camera. */
	right: Vector;
	up: Vector;
	back: Vector;
	/** Vertical and horizontal angle of view, degrees; the picture is square. */
	fieldOfViewDegrees: number;
}

/** The side from which the model is seen; the distance follows from its size. */
export interface Viewpoint {
	/** Degrees around the model, 0 straight from the front (+Z), positive to its left side (+X). */
	azimuthDegrees: number;
	/** Degrees above the horizon. */
	elevationDegrees: number;
}

/** The usual product shot: the front and one side, from slightly above, with a moderate telephoto lens. */
export const THREE_QUARTER: Viewpoint = { azimuthDegrees: 32, elevationDegrees: 20 };
/** From the front and the other sides, a hand's breadth above the horizon so that tops are seen; and from straight above. */
export const VIEWS = {
	threeQuarter: THREE_QUARTER,
	front: { azimuthDegrees: 0, elevationDegrees: 4 },
	back: { azimuthDegrees: 180, elevationDegrees: 4 },
	// glTF's front faces +z, so that its left is +x, which is on the right in the picture of its front.
	left: { azimuthDegrees: 90, elevationDegrees: 4 },
	right: { azimuthDegrees: -90, elevationDegrees: 4 },
	top: { azimuthDegrees: 0, elevationDegrees: 90 },
} as const satisfies Record<string, Viewpoint>;

/** A viewpoint that has a name. */
export type ViewName = keyof typeof VIEWS;

const FIELD_OF_VIEW_DEGREES = 26;

/** Part of the half picture that stays empty at each side. */
const MARGIN = 0.08;

/** How fast what the camera sees widens with the distance, without the margin. */
const SLOPE = Math.tan(radians(FIELD_OF_VIEW_DEGREES / 2)) * (1 - MARGIN);

/** How far the model reaches in the four directions of the picture, as far as a given angle of view is concerned. */
class Reach {
	private readonly max = [-Infinity, -Infinity, -Infinity, -Infinity];

	constructor(
		private readonly right: Vector,
		private readonly up: Vector,
		private readonly back: Vector,
		private readonly slope: number,
	) {}

	add(positions: Float32Array, from: number, to: number): void {
		const { right, up, back, slope, max } = this;
		let [maxRight, maxLeft, maxUp, maxDown] = max;
		for (let i = from * 3; i < to * 3; i += 3) {
			const x = positions[i];
			const y = positions[i + 1];
			const z = positions[i + 2];
			const across = right[0] * x + right[1] * y + right[2] * z;
			const upwards = up[0] * x + up[1] * y + up[2] * z;
			const nearness = slope * (back[0] * x + back[1] * y + back[2] * z);
			if (nearness + across > maxRight) maxRight = nearness + across;
			if (nearness - across > maxLeft) maxLeft = nearness - across;
			if (nearness + upwards > maxUp) maxUp = nearness + upwards;
			if (nearness - upwards > maxDown) maxDown = nearness - upwards;
		}
		max.splice(0, 4, maxRight, maxLeft, maxUp, maxDown);
	}

	/** Where the camera has to stand so that what was added touches the margin, along right, up and back. */
	get stand(): Vector {
		const [right, left, up, down] = this.max;
		return [(right - left) / 2, (up - down) / 2, Math.max(right + left, up + down) / (2 * this.slope)];
	}
}

/**
 * The directions of length 1 in which the model's reach decides where the camera stands, for all views that have a name.
 */
export function framingDirections(): Vector[] {
	return Object.values(VIEWS).flatMap((view) => {
		const { right, up, back } = orientation(view);
		return [
			combine(1, 0, SLOPE, right, up, back),
			combine(-1, 0, SLOPE, right, up, back),
			combine(0, 1, SLOPE, right, up, back),
			combine(0, -1, SLOPE, right, up, back),
		].map(normalize);
	});
}

/** A camera at a viewpoint from which the whole model is seen; undefined where a vertex is not a number. */
export async function frameModel(
	model: Model,
	view: Viewpoint,
	slicer: TimeSlicer,
): Promise<Camera | undefined> {
	const { right, up, back } = orientation(view);
	const reach = new Reach(right, up, back, SLOPE);
	for (const { positions } of model.surfaces) {
		await slicer.inBatches(positions.length / 3, 8192, (from, to) => reach.add(positions, from, to));
	}
	return cameraAt(reach.stand, { right, up, back });
}

/**
 * Cameras all around the model that keep their distance and height, so that it turns without growing or shaking.
 *
 * @param axis the upright line the model turns about, through this point
 */
export async function frameTurn(
	model: Model,
	views: readonly Viewpoint[],
	axis: Vector,
	slicer: TimeSlicer,
): Promise<Camera[] | undefined> {
	const rings = await outlineAround(model, axis, slicer);
	const [first] = views;
	const { right, up, back } = orientation(first);
	const reach = new Reach(right, up, back, SLOPE);
	reach.add(rings, 0, rings.length / 3);
	const [, upwards, backwards] = reach.stand;
	const cameras = views.map((view) => cameraAt([0, upwards, backwards], orientation(view)));
	for (const camera of cameras) if (!camera) return undefined;
	return (cameras as Camera[]).map((camera) => moved(camera, axis));
}

/** Points of the body that the model sweeps while it turns, around the origin: rings at the heights it reaches. */
async function outlineAround(model: Model, axis: Vector, slicer: TimeSlicer): Promise<Float32Array> {
	const [low, high] = await heights(model, slicer);
	const bands = 64;
	const radii = new Float64Array(bands);
	const scale = bands / (high - low || 1);
	for (const { positions } of model.surfaces) {
		await slicer.inBatches(positions.length / 3, 8192, (from, to) => {
			for (let i = from * 3; i < to * 3; i += 3) {
				const band = Math.min(bands - 1, Math.floor((positions[i + 1] - low) * scale));
				const radius = Math.hypot(positions[i] - axis[0], positions[i + 2] - axis[2]);
				if (radius > radii[band]) radii[band] = radius;
			}
		});
	}
	const points: number[] = [];
	for (let band = 0; band < bands; band++) {
		for (const edge of [band, band + 1]) {
			for (let angle = 0; angle < 360; angle += 5) {
				const [x, z] = [radii[band] * Math.cos(radians(angle)), radii[band] * Math.sin(radians(angle))];
				points.push(x, low + edge / scale - axis[1], z);
			}
		}
	}
	return Float32Array.from(points);
}

async function heights(model: Model, slicer: TimeSlicer): Promise<[low: number, high: number]> {
	let low = Infinity;
	let high = -Infinity;
	for (const { positions } of model.surfaces) {
		await slicer.inBatches(positions.length / 3, 16_384, (from, to) => {
			for (let i = from * 3 + 1; i < to * 3; i += 3) {
				if (positions[i] < low) low = positions[i];
				if (positions[i] > high) high = positions[i];
			}
		});
	}
	return [low, high];
}

function orientation({ azimuthDegrees, elevationDegrees }: Viewpoint): Pick<Camera, 'right' | 'up' | 'back'> {
	const [azimuth, elevation] = [radians(azimuthDegrees), radians(elevationDegrees)];
	const back = normalize([
		Math.sin(azimuth) * Math.cos(elevation),
		Math.sin(elevation),
		Math.cos(azimuth) * Math.cos(elevation),
	]);
	// Level, and known from straight above, too, where the direction upwards is no help.
	const right: Vector = [Math.cos(azimuth), 0, -Math.sin(azimuth)];
	return { right, up: cross(back, right), back };
}

function cameraAt(stand: Vector, axes: Pick<Camera, 'right' | 'up' | 'back'>): Camera | undefined {
	if (!stand.every(Number.isFinite)) return undefined;
	const { right, up, back } = axes;
	const position = [0, 1, 2].map((i) => stand[0] * right[i] + stand[1] * up[i] + stand[2] * back[i]);
	const [x, y, z] = position;
	return { position: [x, y, z], right, up, back, fieldOfViewDegrees: FIELD_OF_VIEW_DEGREES };
}

function moved(camera: Camera, by: Vector): Camera {
	const [x, y, z] = camera.position;
	return { ...camera, position: [x + by[0], y + by[1], z + by[2]] };
}

function radians(degrees: number): number {
	return (degrees * Math.PI) / 180;
}
