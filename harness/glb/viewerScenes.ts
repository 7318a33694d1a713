/** Models that other viewers show well and a quick picture may not: each what one kind of mistake would show in. */
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import type { GltfMaterial } from '../../glb/facts/gltf';
import { GlbBuilder, gridShape, primitiveOf, quadShape, sphereShape, type Shape } from './glbBuilder';

const svg = (side: number, content: string) =>
	sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="${side}" height="${side}">${content}</svg>`)); // prettier-ignore

const filled = (color: string) => `<rect width="100" height="100" fill="${color}"/>`;

function place(builder: GlbBuilder, shape: Shape, material: GltfMaterial, node: object = {}): void {
	builder.node({ mesh: builder.mesh(primitiveOf(builder, shape, builder.material(material))), ...node });
}

/** A helmet: dark metal with a visor and lamps that shine, in five maps of 2K, its factors all 1 as exporters write them. */
export async function helmetScene(): Promise<Uint8Array> {
	const builder = new GlbBuilder();
	const map = async (content: string, side = 2048) => {
		const grain = { type: 'gaussian' as const, mean: 128, sigma: 12 };
		const noise = await sharp({
			create: { width: side, height: side, channels: 3, background: '#808080', noise: grain },
		})
			.png()
			.toBuffer();
		const image = svg(side, content)
			.removeAlpha()
			.composite([{ input: noise, blend: 'soft-light' }]);
		return { index: builder.texture(await image.jpeg({ quality: 90 }).toBuffer(), 'image/jpeg') };
	};
	const stripes = (color: string) => [10, 30, 50, 70, 90].map((x) => `<rect x="${x}" y="20" width="6" height="60" fill="${color}"/>`).join(''); // prettier-ignore
	const material: GltfMaterial = {
		pbrMetallicRoughness: {
			baseColorTexture: await map(filled('#5a5f52') + stripes('#b0642f')),
			metallicRoughnessTexture: await map(filled('rgb(255,110,200)') + stripes('rgb(255,160,0)')),
		},
		normalTexture: await map(filled('rgb(128,128,255)')),
		occlusionTexture: await map(filled('#f4f4f4')),
		emissiveTexture: await map(`${filled('#000')}<circle cx="50" cy="50" r="6" fill="#58c8ff"/><circle cx="20" cy="40" r="3" fill="#ff5030"/>`), // prettier-ignore
		emissiveFactor: [1, 1, 1],
	};
	place(builder, sphereShape(1, 48), material);
	return builder.toGlb();
}

/**
 * What TRELLIS and Hunyuan3D write through trimesh: a color map, a roughness, and no word of metal.
 *
 * @param metallicFactor what they would have written, had they said it
 */
export async function generatedScene(metallicFactor?: number): Promise<Uint8Array> {
	const builder = new GlbBuilder();
	const colors = await svg(512, `${filled('#f0b050')}<circle cx="50" cy="50" r="18" fill="#3060a0"/><rect x="70" width="14" height="100" fill="#c03020"/>`).png().toBuffer(); // prettier-ignore
	const baseColorTexture = { index: builder.texture(colors) };
	place(builder, sphereShape(), {
		pbrMetallicRoughness: { baseColorTexture, metallicFactor, roughnessFactor: 0.9 },
		doubleSided: true,
	});
	place(
		builder,
		sphereShape(0.6),
		{
			pbrMetallicRoughness: {
				baseColorTexture,
				metallicFactor,
				roughnessFactor: 1,
				baseColorFactor: [0.6, 0.9, 0.6, 1],
			},
		},
		{ translation: [1.4, -0.4, 0.4] },
	);
	return builder.toGlb();
}

/** A core in glowing shells, beside one pane of glass. */
export function shellsScene(): Uint8Array {
	const builder = new GlbBuilder();
	const glow = (alpha: number): GltfMaterial => ({
		pbrMetallicRoughness: { baseColorFactor: [1, 0.6, 0.2, alpha], metallicFactor: 0, roughnessFactor: 1 },
		emissiveFactor: [0.25, 0.1, 0.02],
		alphaMode: 'BLEND',
	});
	place(builder, sphereShape(0.4), { ...glow(1), alphaMode: 'OPAQUE' });
	for (const radius of [0.55, 0.7, 0.85, 1]) place(builder, sphereShape(radius), glow(0.3));
	place(
		builder,
		quadShape(1.2),
		{ pbrMetallicRoughness: { baseColorFactor: [0.3, 0.6, 0.9, 0.6], metallicFactor: 0 }, alphaMode: 'BLEND', doubleSided: true },
		{ translation: [1.8, 0, 0] },
	); // prettier-ignore
	return builder.toGlb();
}

/** A car's cabin: dark windows that are nearly opaque, in a body, with seats behind them. */
export async function windowsScene(): Promise<Uint8Array> {
	const builder = new GlbBuilder();
	const tube = (radius: number, from: number, to: number) =>
		gridShape(32, 6, (u, v) => {
			const angle = 2 * Math.PI * u;
			const normal = [Math.sin(angle), 0, Math.cos(angle)];
			return { point: [normal[0] * radius * 1.6, from + (to - from) * v, normal[2] * radius], normal };
		});
	const paint = { baseColorFactor: [0.6, 0.04, 0.05, 1], metallicFactor: 0.2, roughnessFactor: 0.35 };
	place(builder, tube(1, 0, 0.6), { pbrMetallicRoughness: paint, doubleSided: true });
	place(builder, tube(0.9, 1.1, 1.25), { pbrMetallicRoughness: paint, doubleSided: true });
	const tint = await svg(256, '<defs><linearGradient id="g" x2="0" y2="1"><stop offset="0" stop-color="#101820" stop-opacity="0.9"/><stop offset="1" stop-color="#203040" stop-opacity="0.99"/></linearGradient></defs><rect width="100" height="100" fill="url(#g)"/>').png().toBuffer(); // prettier-ignore
	const glass = {
		baseColorTexture: { index: builder.texture(tint) },
		metallicFactor: 0,
		roughnessFactor: 0.2,
	};
	place(builder, tube(0.95, 0.6, 1.1), {
		pbrMetallicRoughness: glass,
		alphaMode: 'BLEND',
		doubleSided: true,
	});
	place(builder, sphereShape(0.4), { pbrMetallicRoughness: { baseColorFactor: [0.8, 0.7, 0.5, 1], metallicFactor: 0 } }, { translation: [0, 0.8, 0] }); // prettier-ignore
	return builder.toGlb();
}

/** One square for each way to store an image: inks, wide and lossy WebP, sixteen bits, interlaced, an image of 8K. */
export async function imagesScene(): Promise<Uint8Array> {
	const builder = new GlbBuilder();
	const motif = (width: number, height = width) =>
		sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" preserveAspectRatio="none" width="${width}" height="${height}">
			${filled('#e8dcc8')}<circle cx="35" cy="40" r="26" fill="#c84020"/><rect x="50" y="45" width="40" height="40" fill="#2060b0"/>
			<path d="M10 90L30 60L50 90Z" fill="#30a050"/></svg>`)); // prettier-ignore
	const inks = await motif(256).removeAlpha().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
	const images = [
		{ image: inks, mimeType: 'image/jpeg' },
		{ image: readFileSync(join(__dirname, 'corpus', 'jpeg', 'video-001.cmyk.jpeg')), mimeType: 'image/jpeg' },
		{ image: await motif(1200, 300).webp({ lossless: true }).toBuffer(), mimeType: 'image/webp' },
		{ image: await motif(512).webp({ quality: 70 }).toBuffer(), mimeType: 'image/webp' },
		{ image: await motif(300).toColourspace('rgb16').png().toBuffer(), mimeType: 'image/png' },
		{ image: await motif(300).png({ progressive: true }).toBuffer(), mimeType: 'image/png' },
		{
			image: await motif(8192, 4096).removeAlpha().jpeg({ progressive: true }).toBuffer(),
			mimeType: 'image/jpeg',
		},
		{
			image: await motif(512).removeAlpha().jpeg({ progressive: true, quality: 60 }).toBuffer(),
			mimeType: 'image/jpeg',
		},
	];
	images.forEach(({ image, mimeType }, index) => {
		const baseColorTexture = { index: builder.texture(image, mimeType) };
		const isWebp = mimeType === 'image/webp';
		const texture = builder.gltf.textures[baseColorTexture.index];
		if (isWebp) texture.extensions = { EXT_texture_webp: { source: texture.source } };
		if (isWebp) delete texture.source;
		const translation = [(index % 4) * 1.1, -Math.floor(index / 4) * 1.1, 0];
		place(
			builder,
			quadShape(),
			{ pbrMetallicRoughness: { baseColorTexture, metallicFactor: 0 } },
			{ translation },
		);
	});
	builder.gltf.extensionsUsed = ['EXT_texture_webp'];
	return builder.toGlb();
}

/** Balls that mirror nothing, a little, in color, and as diamonds do; and one that is hidden. */
export function mirrorsScene(): Uint8Array {
	const builder = new GlbBuilder();
	const extensions: object[] = [
		{ KHR_materials_specular: { specularFactor: 0 } },
		{ KHR_materials_specular: { specularFactor: 0.5 } },
		{},
		{ KHR_materials_specular: { specularColorFactor: [1, 0.4, 0] } },
		{ KHR_materials_ior: { ior: 2.4 } },
	];
	extensions.forEach((each, index) => {
		const pbrMetallicRoughness = {
			baseColorFactor: [0.03, 0.05, 0.08, 1],
			metallicFactor: 0,
			roughnessFactor: 0.25,
		};
		place(
			builder,
			sphereShape(0.45),
			{ pbrMetallicRoughness, extensions: each as never },
			{ translation: [index, 0, 0] },
		);
	});
	builder.gltf.extensionsUsed = ['KHR_materials_specular', 'KHR_materials_ior'];
	return builder.toGlb();
}
