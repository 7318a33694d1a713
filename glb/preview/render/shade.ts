/** The color of one sample: a triangle and a place on the screen in, the tone-mapped color out (into `color`). */
import type { Camera } from './camera';
import { Barycentric } from './barycentric';
import type { SeenSurface } from './project';
import { LINEAR, lookUp, place, RAW, texel } from './sampling';
import { bendNormal, findNormal, normal } from './normal';
import { light, Lighting } from './lighting';
import { mirrored, mirroredOften, reflectAt } from './reflectance';
import { color, toneMap } from './tone';
import type { TextureMap } from '../scene/drawableScene';

/** How much of the surrounding light, and of the key light, reaches a point: 1 for all of it. */
export interface Exposure {
	ambient: number;
	key: number;
}

/** What a surface may mirror from the front before that is missing in its base color. */
const MIRRORED_FREELY = 0.04;
/** Up to this share, what is mirrored more than once is less than a level of the picture. */
const MIRRORED_ONCE = 0.1;

/** Shades sample by sample: `color` holds the last one's, and is used again by the next. */
export class Shader {
	private readonly corners = new Barycentric();
	private readonly studio: Lighting;
	/** Half the logarithm (base 2) of coordinate area by screen area, for each set of coordinates. */
	private readonly detail = new Float64Array(2);
	private spread = 0;

	constructor(private readonly camera: Camera) {
		this.studio = new Lighting(camera);
	}

	/** Alpha of a surface at a sample, 0 to 1. */
	alphaAt(surface: SeenSurface, triangle: number, x: number, y: number): number {
		this.goTo(surface, triangle, x, y);
		this.spread = 0;
		const { material, colors } = surface;
		let alpha = material.baseColor[3];
		if (colors) alpha *= this.corners.mix(colors, 4, 3);
		if (material.baseColorMap) {
			this.sample(surface, material.baseColorMap, RAW);
			alpha *= texel.alpha;
		}
		return alpha;
	}

	/**
	 * Works out the color of a sample, not multiplied by its alpha.
	 *
	 * @param spread half the logarithm (base 2) of the area in samples that the color stands for
	 */
	shade(
		surface: SeenSurface,
		triangle: number,
		x: number,
		y: number,
		exposure: Exposure,
		spread: number,
	): void {
		this.goTo(surface, triangle, x, y);
		this.spread = spread;
		const { corners } = this;
		const { material, colors } = surface;
		const { baseColor } = material;
		let red = baseColor[0];
		let green = baseColor[1];
		let blue = baseColor[2];
		let alpha = baseColor[3];
		if (colors) {
			red *= corners.mix(colors, 4, 0);
			green *= corners.mix(colors, 4, 1);
			blue *= corners.mix(colors, 4, 2);
			alpha *= corners.mix(colors, 4, 3);
		}
		if (material.baseColorMap) {
			this.sample(surface, material.baseColorMap, LINEAR);
			red *= texel.red;
			green *= texel.green;
			blue *= texel.blue;
			alpha *= texel.alpha;
		}
		color.alpha = material.alphaMode === 'blend' ? Math.min(1, alpha) : 1;
		if (material.unlit) {
			color.red = red;
			color.green = green;
			color.blue = blue;
			return;
		}
		this.light(surface, red, green, blue, exposure);
		toneMap();
	}

	private light(surface: SeenSurface, red: number, green: number, blue: number, exposure: Exposure): void {
		const { material } = surface;
		const { corners } = this;
		let metallic = material.metallic;
		let roughness = material.roughness;
		let ambient = exposure.ambient;
		if (material.metallicRoughnessMap) {
			this.sample(surface, material.metallicRoughnessMap, RAW);
			metallic *= texel.blue;
			roughness *= texel.green;
		}
		let mirroredRed = material.specular[0];
		let mirroredGreen = material.specular[1];
		let mirroredBlue = material.specular[2];
		if (material.specularGlossinessMap) {
			this.sample(surface, material.specularGlossinessMap, LINEAR);
			mirroredRed *= texel.red;
			mirroredGreen *= texel.green;
			mirroredBlue *= texel.blue;
			roughness = 1 - (1 - roughness) * texel.alpha;
		}
		if (material.occlusionMap) {
			this.sample(surface, material.occlusionMap, RAW);
			ambient *= 1 + material.occlusionStrength * (texel.red - 1);
		}
		findNormal(corners, surface.normals);
		if (material.normalMap) {
			this.sample(surface, material.normalMap, RAW);
			bendNormal(
				corners,
				surface.positions,
				surface.coordinates[material.normalMap.set],
				material.normalScale,
			);
		}
		const { position } = this.camera;
		const { positions } = surface;
		let viewX = position[0] - corners.mix(positions, 3, 0);
		let viewY = position[1] - corners.mix(positions, 3, 1);
		let viewZ = position[2] - corners.mix(positions, 3, 2);
		const distance = Math.sqrt(viewX * viewX + viewY * viewY + viewZ * viewZ);
		viewX /= distance;
		viewY /= distance;
		viewZ /= distance;
		const facing = normal.x * viewX + normal.y * viewY + normal.z * viewZ;
		const cosine = Math.max(0.02, facing);
		this.studio.receive(normal.x, normal.y, normal.z, ambient, exposure.key);
		const dielectric = 1 - metallic;
		const matt =
			dielectric * (1 - Math.max(0, Math.max(mirroredRed, mirroredGreen, mirroredBlue) - MIRRORED_FREELY));
		reflectAt(roughness, cosine);
		const frontRed = mirroredRed * dielectric + red * metallic;
		const frontGreen = mirroredGreen * dielectric + green * metallic;
		const frontBlue = mirroredBlue * dielectric + blue * metallic;
		color.red = red * matt * light.red;
		color.green = green * matt * light.green;
		color.blue = blue * matt * light.blue;
		if (Math.max(frontRed, frontGreen, frontBlue) > MIRRORED_ONCE) {
			color.red += mirroredOften(frontRed) * light.red;
			color.green += mirroredOften(frontGreen) * light.green;
			color.blue += mirroredOften(frontBlue) * light.blue;
		}
		const alpha = Math.max(0.045, roughness) ** 2;
		this.studio.reflect(
			2 * facing * normal.x - viewX,
			2 * facing * normal.y - viewY,
			2 * facing * normal.z - viewZ,
			alpha,
			ambient,
			exposure.key,
		);
		const edge = metallic + dielectric * material.specularEdge;
		color.red += light.red * mirrored(frontRed, edge);
		color.green += light.green * mirrored(frontGreen, edge);
		color.blue += light.blue * mirrored(frontBlue, edge);
		this.addEmission(surface);
	}

	private addEmission(surface: SeenSurface): void {
		const { emissive, emissiveMap } = surface.material;
		if (emissive[0] + emissive[1] + emissive[2] === 0) return;
		texel.red = texel.green = texel.blue = 1;
		if (emissiveMap) this.sample(surface, emissiveMap, LINEAR);
		color.red += emissive[0] * texel.red;
		color.green += emissive[1] * texel.green;
		color.blue += emissive[2] * texel.blue;
	}

	private goTo(surface: SeenSurface, triangle: number, x: number, y: number): void {
		if (this.corners.open(surface, triangle)) {
			this.detail[0] = this.coordinateDetail(surface.coordinates[0]);
			this.detail[1] = this.coordinateDetail(surface.coordinates[1]);
		}
		this.corners.moveTo(x, y);
	}

	private coordinateDetail(coordinates: Float32Array | undefined): number {
		if (!coordinates) return 0;
		const a = this.corners.a * 2;
		const b = this.corners.b * 2;
		const c = this.corners.c * 2;
		const area = Math.abs(
			(coordinates[b] - coordinates[a]) * (coordinates[c + 1] - coordinates[a + 1]) -
				(coordinates[c] - coordinates[a]) * (coordinates[b + 1] - coordinates[a + 1]),
		);
		return 0.5 * Math.log2(area / this.corners.screenArea);
	}

	private sample(surface: SeenSurface, map: TextureMap, decode: Float32Array): void {
		const coordinates = surface.coordinates[map.set];
		place[0] = coordinates ? this.corners.mix(coordinates, 2, 0) : 0;
		place[1] = coordinates ? this.corners.mix(coordinates, 2, 1) : 0;
		place[2] = this.detail[map.set] + this.spread + map.detail;
		lookUp(map, decode);
	}
}
