/** Textures: a picture as base color, and the metallic-roughness and normal maps of the PBR tiers. */
import sharp from 'sharp';

export interface Texture {
	mimeType: 'image/jpeg' | 'image/png';
	bytes: Uint8Array;
}

export interface PbrMaps {
	/** Green: roughness, blue: metalness. */
	metallicRoughness: Texture;
	normal: Texture;
}

/** Heights in [0, 1], row by row. */
interface HeightMap {
	values: Float32Array;
	width: number;
	height: number;
}

/** The picture itself, upright, on white where it is transparent. */
export async function pictureTexture(picture: Uint8Array, maxSide: number): Promise<Texture> {
	const bytes = await sharp(picture)
		.autoOrient()
		.flatten({ background: '#fff' })
		.resize(maxSide, maxSide, { fit: 'inside', withoutEnlargement: true })
		.toColourspace('srgb')
		.jpeg({ quality: 88 })
		.toBuffer();
	return { mimeType: 'image/jpeg', bytes };
}

/** Maps from the picture's brightness: bright is smoother, and edges stand out. */
export async function pictureMaps(picture: Uint8Array): Promise<PbrMaps> {
	const { data, info } = await sharp(picture)
		.autoOrient()
		.flatten({ background: '#fff' })
		.grayscale()
		.resize(512, 512, { fit: 'inside', withoutEnlargement: true })
		.toColourspace('b-w')
		.raw()
		.toBuffer({ resolveWithObject: true });
	const values = Float32Array.from(data, (value) => value / 255);
	return await mapsOf({ values, width: info.width, height: info.height }, 2);
}

/** Maps of a fine grain that repeats without a seam and depends only on the seed. */
export async function grainMaps(seed: number): Promise<PbrMaps> {
	return await mapsOf(grain(seed, 256), 1.2);
}

/** Average color, linear RGB. */
export async function averageColor(picture: Uint8Array): Promise<[number, number, number]> {
	const bytes = await sharp(picture)
		.flatten({ background: '#fff' })
		.toColourspace('srgb')
		.resize(1, 1, { fit: 'fill' })
		.raw()
		.toBuffer();
	const linear = (value: number) => (value / 255) ** 2.2;
	return [linear(bytes[0]), linear(bytes[1] ?? bytes[0]), linear(bytes[2] ?? bytes[0])];
}

async function mapsOf(map: HeightMap, strength: number): Promise<PbrMaps> {
	const { width, height, values } = map;
	const normals = Buffer.alloc(width * height * 3);
	const surface = Buffer.alloc(width * height * 3);
	const at = (x: number, y: number) => values[((y + height) % height) * width + ((x + width) % width)];
	for (let y = 0; y < height; y += 1) {
		for (let x = 0; x < width; x += 1) {
			const slopeX = (at(x + 1, y) - at(x - 1, y)) * strength;
			const slopeY = (at(x, y - 1) - at(x, y + 1)) * strength;
			const length = Math.hypot(slopeX, slopeY, 1);
			const pixel = (y * width + x) * 3;
			[-slopeX, -slopeY, 1].forEach((value, axis) => {
				normals[pixel + axis] = Math.round((value / length / 2 + 0.5) * 255);
			});
			surface.set([255, Math.round(220 - at(x, y) * 110), Math.round(at(x, y) * 30)], pixel);
		}
	}
	return { normal: await png(normals, width, height), metallicRoughness: await png(surface, width, height) };
}

async function png(bytes: Buffer, width: number, height: number): Promise<Texture> {
	const raw = { width, height, channels: 3 as const };
	return { mimeType: 'image/png', bytes: await sharp(bytes, { raw }).png().toBuffer() };
}

/** Sines of whole frequencies, which is why opposite edges meet. */
function grain(seed: number, side: number): HeightMap {
	const waves = Array.from({ length: 12 }, (_unused, place) => {
		const draw = (salt: number) => (Math.imul(seed ^ (place * 7 + salt), 0x9e3779b1) >>> 0) / 4294967296;
		const sign = draw(3) < 0.5 ? -1 : 1;
		return { x: Math.ceil(draw(1) * 24), y: sign * Math.ceil(draw(2) * 24), phase: draw(4) * 2 * Math.PI };
	});
	const values = new Float32Array(side * side);
	for (let y = 0; y < side; y += 1) {
		for (let x = 0; x < side; x += 1) {
			let sum = 0;
			for (const wave of waves)
				sum += Math.sin((2 * Math.PI * (wave.x * x + wave.y * y)) / side + wave.phase);
			values[y * side + x] = 0.5 + sum / (2 * waves.length);
		}
	}
	return { values, width: side, height: side };
}
