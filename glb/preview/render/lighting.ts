/**
 * The light of the picture: a photographer's set of a key, a fill and a rim light over an even surrounding, which all
 * stand with the camera. Each is a spherical Gaussian, so what reaches a surface from it, matt or shiny, is a formula.
 */
import type { Camera } from './camera';
import { combine, cross, normalize, type Vector } from './vector';

interface Lamp {
	/** To the right, upwards, and from the model towards the camera. */
	direction: Vector;
	/** The larger, the smaller the lamp. */
	sharpness: number;
	color: Vector;
}

const LAMPS: readonly Lamp[] = [
	{ direction: [-0.6, 0.72, 0.62], sharpness: 9, color: [3.1, 3.03, 2.93] },
	{ direction: [0.9, 0.28, 0.5], sharpness: 5, color: [0.85, 0.89, 0.97] },
	{ direction: [0.45, 0.6, -0.8], sharpness: 12, color: [2.4, 2.45, 2.6] },
];

/** Light from above, from the horizon, and from the floor. */
const SKY: Vector = [0.74, 0.75, 0.78];
const HORIZON: Vector = [0.47, 0.47, 0.47];
const FLOOR: Vector = [0.36, 0.35, 0.34];
/** Height at which the horizon has wholly turned into sky or floor, for matt surfaces. */
const HORIZON_BLUR = 0.8;
/** The bright wall behind the model, which is seen in reflections along its outline. */
const BACKDROP = 0.55;

/** Size of a lamp's disc: 1 less the cosine of its radius, times its sharpness; and the roughness up to which it shows. */
const DISC_SIZE = 0.55;
const DISC_UNTIL = 0.3;

/** The cosine law as a spherical Gaussian (Meder and Brüderlin 2018). */
const COSINE_SHARPNESS = 2.133;
const COSINE_AMPLITUDE = 1.17;

/** A lamp of the set, turned as the camera stands. */
export interface ViewedLamp {
	/** Unit vector towards the lamp, in the world. */
	x: number;
	y: number;
	z: number;
	sharpness: number;
	/** Share of the lamp's light that a matt surface gets, by the cosine of the angle between them, from −1 to 1. */
	matt: Float32Array;
	red: number;
	green: number;
	blue: number;
}

/** Light of the last question; one for all, to allocate nothing. */
export const light = { red: 0, green: 0, blue: 0 };

/** The set of lamps of one picture: what a surface gets of it, matt and shiny, linear. */
export class Lighting {
	readonly lamps: ViewedLamp[];
	private readonly front: Vector;

	constructor(camera: Camera) {
		const up: Vector = [0, 1, 0];
		const front = normalize(cross(camera.right, up));
		this.front = front;
		this.lamps = LAMPS.map(({ direction, sharpness, color }) => {
			const [x, y, z] = normalize(combine(...direction, camera.right, up, front));
			const matt = mattShares(sharpness);
			return { x, y, z, sharpness, matt, red: color[0], green: color[1], blue: color[2] };
		});
	}

	/** Light that a matt surface with this normal receives, into `light`; `lit` is how much of the key light arrives. */
	receive(x: number, y: number, z: number, ambient: number, lit: number): void {
		surrounding(y, HORIZON_BLUR);
		light.red *= ambient;
		light.green *= ambient;
		light.blue *= ambient;
		for (let i = 0; i < this.lamps.length; i++) {
			const lamp = this.lamps[i];
			const cosine = lamp.x * x + lamp.y * y + lamp.z * z;
			const amount = lamp.matt[Math.round((cosine * 0.5 + 0.5) * MATT_STEPS)];
			addLamp(lamp, amount * (i === 0 ? lit : ambient));
		}
	}

	/** Light that comes from around this direction, into `light`; `alpha` is the square of the roughness. */
	reflect(x: number, y: number, z: number, alpha: number, ambient: number, lit: number): void {
		const sharpness = Math.min(2000, 2 / (alpha * alpha + 1e-4));
		surrounding(y, 0.1 + alpha);
		const away = -(x * this.front[0] + y * this.front[1] + z * this.front[2]);
		if (away > 0) {
			const wall = BACKDROP * away * away * (1 - 0.5 * alpha);
			light.red += wall;
			light.green += wall;
			light.blue += wall;
		}
		light.red *= ambient;
		light.green *= ambient;
		light.blue *= ambient;
		const blur = Math.min(1, alpha / DISC_UNTIL);
		for (let i = 0; i < this.lamps.length; i++) {
			const lamp = this.lamps[i];
			const cosine = lamp.x * x + lamp.y * y + lamp.z * z;
			let amount = (overlap(lamp.sharpness, sharpness, cosine) * sharpness) / (2 * Math.PI);
			if (blur < 1) amount = amount * blur + disc(lamp.sharpness, cosine, alpha) * (1 - blur);
			addLamp(lamp, amount * (i === 0 ? lit : ambient));
		}
	}
}

const MATT_STEPS = 512;

function mattShares(sharpness: number): Float32Array {
	return Float32Array.from({ length: MATT_STEPS + 1 }, (_, step) => {
		const cosine = (2 * step) / MATT_STEPS - 1;
		return (overlap(sharpness, COSINE_SHARPNESS, cosine) * COSINE_AMPLITUDE) / Math.PI;
	});
}

/** The lamp as a disc with an edge, of the same light in all, which is how it shows in a polished surface. */
function disc(lampSharpness: number, cosine: number, alpha: number): number {
	const inner = 1 - DISC_SIZE / lampSharpness;
	const edge = Math.min(1, Math.max(0, (cosine - inner) / (0.02 + alpha) + 0.5));
	return (edge * edge * (3 - 2 * edge)) / DISC_SIZE;
}

/** Integral of the product of two spherical Gaussians whose axes have this cosine. */
function overlap(a: number, b: number, cosine: number): number {
	const middle = Math.sqrt(Math.max(1e-6, a * a + b * b + 2 * a * b * cosine));
	// The exact formula takes exp(−middle − a − b) away, which is less than a thousandth for lamps as sharp as these.
	return ((2 * Math.PI) / middle) * Math.exp(middle - a - b);
}

function addLamp(lamp: ViewedLamp, amount: number): void {
	light.red += lamp.red * amount;
	light.green += lamp.green * amount;
	light.blue += lamp.blue * amount;
}

/** The even light from a height between −1 and 1, into `light`; `blur` is how gradually the horizon ends. */
function surrounding(height: number, blur: number): void {
	const far = height > 0 ? SKY : FLOOR;
	const t = Math.min(1, Math.abs(height) / blur);
	const share = t * t * (3 - 2 * t);
	light.red = HORIZON[0] + (far[0] - HORIZON[0]) * share;
	light.green = HORIZON[1] + (far[1] - HORIZON[1]) * share;
	light.blue = HORIZON[2] + (far[2] - HORIZON[2]) * share;
}
