/** The models that the picture is timed with: a knot of any number of faces with the textures of a PBR model. */
import { Document, WebIO, type Texture } from '@gltf-transform/core';
import sharp from 'sharp';

export interface BenchModel {
	name: string;
	faces: number;
	/** Longer side of each texture, pixels; 0 for none. */
	textureSide: number;
	/** Colors, metal and roughness, and relief; five with emission and occlusion. */
	maps?: 3 | 5;
	format: 'jpeg' | 'png';
}

export const BENCH_MODELS: readonly BenchModel[] = [
	{ name: '15K faces, no texture', faces: 15_000, textureSide: 0, format: 'jpeg' },
	{ name: '60K faces, 2K JPEG textures', faces: 60_000, textureSide: 2048, format: 'jpeg' },
	{ name: 'Pro: 60K faces, five 2K JPEG maps', faces: 60_000, textureSide: 2048, maps: 5, format: 'jpeg' },
	{ name: '60K faces, 2K PNG textures', faces: 60_000, textureSide: 2048, format: 'png' },
	{ name: '60K faces, 4K JPEG textures', faces: 60_000, textureSide: 4096, format: 'jpeg' },
	{ name: '1M faces, no texture', faces: 1_000_000, textureSide: 0, format: 'jpeg' },
	{ name: 'Ultra: 1M faces, three 4K JPEG maps', faces: 1_000_000, textureSide: 4096, format: 'jpeg' },
];

export async function buildBenchModel({ faces, textureSide, maps, format }: BenchModel): Promise<Uint8Array> {
	const document = new Document();
	const buffer = document.createBuffer();
	const { positions, normals, coordinates, indices } = knot(faces);
	const attribute = (type: 'VEC2' | 'VEC3', array: Float32Array) =>
		document.createAccessor().setType(type).setArray(array).setBuffer(buffer);
	const material = document.createMaterial().setRoughnessFactor(0.6).setMetallicFactor(0);
	if (textureSide > 0) {
		const texture = async (hue: number): Promise<Texture> =>
			document
				.createTexture()
				.setMimeType(`image/${format}`)
				.setImage(await pattern(textureSide, hue, format));
		material
			.setBaseColorTexture(await texture(1))
			.setMetallicFactor(1)
			.setRoughnessFactor(1);
		material.setMetallicRoughnessTexture(await texture(2)).setNormalTexture(await texture(3));
		if (maps === 5) {
			material.setEmissiveTexture(await texture(4)).setEmissiveFactor([1, 1, 1]);
			material.setOcclusionTexture(await texture(5));
		}
	}
	const primitive = document
		.createPrimitive()
		.setAttribute('POSITION', attribute('VEC3', positions))
		.setAttribute('NORMAL', attribute('VEC3', normals))
		.setAttribute('TEXCOORD_0', attribute('VEC2', coordinates))
		.setIndices(document.createAccessor().setArray(indices).setBuffer(buffer))
		.setMaterial(material);
	document
		.createScene()
		.addChild(document.createNode().setMesh(document.createMesh().addPrimitive(primitive)));
	return new WebIO().writeBinary(document);
}

/** A trefoil tube whose surface is rippled, so that triangles point everywhere. */
function knot(faces: number) {
	const around = Math.max(8, Math.round(Math.sqrt(faces / 2 / 8)));
	const along = Math.round(faces / 2 / around);
	const count = (along + 1) * (around + 1);
	const positions = new Float32Array(count * 3);
	const normals = new Float32Array(count * 3);
	const coordinates = new Float32Array(count * 2);
	const path = (t: number) => [
		(Math.sin(t) + 2 * Math.sin(2 * t)) / 6,
		0.5 + (Math.cos(t) - 2 * Math.cos(2 * t)) / 6,
		-Math.sin(3 * t) / 5,
	];
	let vertex = 0;
	for (let i = 0; i <= along; i++) {
		const t = (i / along) * 2 * Math.PI;
		const [a, b] = [path(t), path(t + 1e-3)];
		const forward = unit([b[0] - a[0], b[1] - a[1], b[2] - a[2]]);
		const side = unit(cross(forward, [0.3, 0.9, 0.1]));
		const up = cross(side, forward);
		for (let j = 0; j <= around; j++, vertex++) {
			const angle = (j / around) * 2 * Math.PI;
			const radius = 0.13 * (1 + 0.04 * Math.sin(40 * t) * Math.sin(6 * angle));
			const normal = [0, 1, 2].map((axis) => side[axis] * Math.cos(angle) + up[axis] * Math.sin(angle));
			normals.set(normal, vertex * 3);
			positions.set([0, 1, 2].map((axis) => a[axis] + radius * normal[axis]), vertex * 3); // prettier-ignore
			coordinates.set([(i / along) * 4, j / around], vertex * 2);
		}
	}
	const indices = new Uint32Array(along * around * 6);
	for (let i = 0, at = 0; i < along; i++) {
		for (let j = 0; j < around; j++, at += 6) {
			const first = i * (around + 1) + j;
			const next = first + around + 1;
			indices.set([first, next + 1, first + 1, first, next, next + 1], at);
		}
	}
	return { positions, normals, coordinates, indices };
}

/** A texture with grain and shapes, which a decoder has as much work with as with a photo. */
async function pattern(side: number, hue: number, format: 'jpeg' | 'png'): Promise<Uint8Array> {
	const color = ['', 'hsl(28 60% 50%)', 'hsl(150 50% 40%)', 'rgb(128 128 255)', '#101008', '#e8e8e8'][hue];
	const grain = await sharp({
		create: { width: side / 2, height: side / 2, channels: 3, background: color, noise: { type: 'gaussian', mean: 0, sigma: 18 } },
	}).png().toBuffer(); // prettier-ignore
	const dots = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><defs><pattern id="p"
		width="64" height="64" patternUnits="userSpaceOnUse"><rect width="64" height="64" fill="${color}"/>
		<circle cx="32" cy="32" r="${hue === 3 ? 0 : 22}" fill="#fff" fill-opacity="0.35"/></pattern></defs>
		<rect width="100%" height="100%" fill="url(#p)"/></svg>`;
	const image = sharp(Buffer.from(dots)).removeAlpha().composite([{ input: await sharp(grain).resize(side).toBuffer(), blend: 'soft-light' }]); // prettier-ignore
	return format === 'jpeg' ? image.jpeg({ quality: 88 }).toBuffer() : image.png().toBuffer();
}

function cross(a: number[], b: number[]): number[] {
	return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit(a: number[]): number[] {
	const length = Math.hypot(...a);
	return a.map((value) => value / length);
}
