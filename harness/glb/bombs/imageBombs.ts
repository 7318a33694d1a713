/** Small images that ask for very much: how large in, the image as the colors of a square out. */
import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import { crc32 } from '../../../glb/preview/codecs/png/crc32';
import { GlbBuilder, gridShape, primitiveOf, quadShape } from '../glbBuilder';

/** A square that shows images, one a part. */
function showing(...images: Uint8Array[]): Uint8Array {
	const builder = new GlbBuilder();
	const views = new Map<Uint8Array, number>();
	const primitives = images.map((image) => {
		const bufferView = views.get(image) ?? builder.view(image);
		views.set(image, bufferView);
		const source = builder.gltf.images.push({ bufferView }) - 1;
		const index = builder.gltf.textures.push({ source }) - 1;
		const material = builder.material({ pbrMetallicRoughness: { baseColorTexture: { index } } });
		return primitiveOf(builder, quadShape(), material);
	});
	builder.node({ mesh: builder.mesh(...primitives) });
	return builder.toGlb();
}

function pngChunk(type: string, data: Uint8Array): Buffer {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const chunk = Buffer.alloc(body.length + 8);
	chunk.writeUInt32BE(data.length, 0);
	chunk.set(body, 4);
	chunk.writeUInt32BE(crc32(body), body.length + 4);
	return chunk;
}

/** A gray PNG of 8 bits with the given data. */
function png(width: number, height: number, ...data: Uint8Array[]): Buffer {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header[8] = 8;
	const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
	const parts = data.map((part) => pngChunk('IDAT', part));
	return Buffer.concat([signature, pngChunk('IHDR', header), ...parts, pngChunk('IEND', Buffer.alloc(0))]);
}

function flatPng(width: number, height: number, gray = 0): Buffer {
	const row = Buffer.alloc(width + 1, gray);
	row[0] = 0;
	return png(width, height, deflateSync(Buffer.concat(Array<Buffer>(height).fill(row))));
}

/** One image, named so often. */
export function imageNamedOften(count: number): Uint8Array {
	return showing(...Array<Buffer>(count).fill(flatPng(2047, 2047)));
}

/** So many materials with an image that is written as a text of half a megabyte. */
export function imageAsText(count: number): Uint8Array {
	const image = Buffer.concat([flatPng(64, 64), Buffer.alloc(400_000)]);
	const uri = `data:image/png;base64,${image.toString('base64')}`;
	const builder = new GlbBuilder();
	const shape = primitiveOf(builder, quadShape());
	builder.gltf.images = [{ uri }];
	builder.gltf.textures = [{ source: 0 }];
	const baseColorTexture = { index: 0 };
	const primitives = Array.from({ length: count }, () => ({
		...shape,
		material: builder.material({ pbrMetallicRoughness: { baseColorTexture } }),
	}));
	builder.node({ mesh: builder.mesh(...primitives) });
	return builder.toGlb();
}

/** So many images of 20 MB that lie one over the other, a byte apart, and hold nothing. */
export function overlappingImages(count: number): Uint8Array {
	const builder = new GlbBuilder();
	const shape = primitiveOf(builder, quadShape());
	const { byteOffset: start = 0 } =
		builder.gltf.bufferViews[builder.view(new Uint8Array(20_000_000 + count))];
	const primitives = Array.from({ length: count }, (_, index) => {
		const view = { buffer: 0, byteOffset: start + index, byteLength: 20_000_000 };
		const bufferView = builder.gltf.bufferViews.push(view) - 1;
		const source = builder.gltf.images.push({ bufferView }) - 1;
		const texture = builder.gltf.textures.push({ source }) - 1;
		return { ...shape, material: builder.material({ normalTexture: { index: texture } }) };
	});
	builder.node({ mesh: builder.mesh(...primitives) });
	return builder.toGlb();
}

/** So many images that differ in their color. */
export function differentImages(count: number): Uint8Array {
	return showing(...Array.from({ length: count }, (_, index) => flatPng(2047, 2047, index)));
}

/** Empty parts before the pixels. */
export function pngEmptyParts(count: number): Uint8Array {
	const [start, end] = [png(1, 1).subarray(0, 33), png(1, 1, deflateSync(Buffer.alloc(2))).subarray(33)];
	const empty = pngChunk('IDAT', Buffer.alloc(0));
	return showing(Buffer.concat([start, ...Array<Buffer>(count).fill(empty), end]));
}

export function pngOneRow(width: number): Uint8Array {
	return showing(png(width, 1, deflateSync(Buffer.alloc(1000))));
}

/** A pixel, and after it megabytes of zeros, which take a thousandth of that in the file. */
export function pngEndless(megabytes: number): Uint8Array {
	const zeros = deflateRawSync(Buffer.alloc(1_000_000), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
	const data = Buffer.concat([Buffer.from([0x78, 0x9c]), ...Array<Buffer>(megabytes).fill(zeros)]);
	return showing(png(1, 1, data));
}

function jpegSegment(marker: number, ...body: number[]): Buffer {
	const length = body.length + 2;
	return Buffer.from([0xff, marker, length >> 8, length & 255, ...body]);
}

/** A code with the one symbol 0. */
const ONE_CODE = [1, ...Array<number>(15).fill(0), 0];
const SIDE = 8000;

/** A gray JPEG of 8000 × 8000 pixels with the given segments between its header and its end. */
function jpeg(isProgressive: boolean, ...segments: Buffer[]): Buffer {
	const size = [SIDE >> 8, SIDE & 255, SIDE >> 8, SIDE & 255];
	return Buffer.concat([
		Buffer.from([0xff, 0xd8]),
		jpegSegment(0xdb, 0, ...Array<number>(64).fill(1)),
		jpegSegment(isProgressive ? 0xc2 : 0xc0, 8, ...size, 1, 1, 0x11, 0),
		jpegSegment(0xc4, 0x00, ...ONE_CODE),
		jpegSegment(0xc4, 0x10, ...ONE_CODE),
		...segments,
		Buffer.from([0xff, 0xd9]),
	]);
}

const scan = (first: number, last: number) => jpegSegment(0xda, 1, 1, 0x00, first, last, 0);

export function jpegTables(count: number): Uint8Array {
	const table = jpegSegment(0xc4, 0x00, ...ONE_CODE);
	return showing(jpeg(false, ...Array<Buffer>(count).fill(table), scan(0, 63)));
}

/** Scans without data. */
export function jpegEmptyScans(count: number): Uint8Array {
	return showing(jpeg(true, ...Array<Buffer>(count).fill(scan(0, 0))));
}

/** Scans whose blocks are all empty, in a few bytes each: runs of 32,767 empty blocks at a time. */
export function jpegScans(count: number): Uint8Array {
	const runs = jpegSegment(0xc4, 0x10, 1, ...Array<number>(15).fill(0), 0xe0);
	const blocks = (SIDE / 8) ** 2;
	// A zero for the code, and fourteen ones that add to the run: never 0xff 0xff, as the code's zero comes between.
	const bits = '011111111111111'.repeat(Math.ceil(blocks / 32_767) + 1).padEnd(800, '0');
	const bytes = Array.from({ length: Math.floor(bits.length / 8) }, (_, index) => parseInt(bits.slice(index * 8, index * 8 + 8), 2)); // prettier-ignore
	const data = Buffer.from(bytes.flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte])));
	const scans = Array.from({ length: count }, () => [scan(1, 63), data]).flat();
	return showing(jpeg(true, runs, ...scans));
}

/** Bytes between two segments. */
export function jpegRubbish(count: number): Uint8Array {
	return showing(jpeg(false, Buffer.alloc(count), scan(0, 63), Buffer.alloc(count)));
}

/** Bits, the lowest first, as lossless WebP has them. */
class Bits {
	private readonly bytes: number[] = [];
	private count = 0;

	write(value: number, bits: number): this {
		for (let i = 0; i < bits; i++, this.count++) {
			if (this.count % 8 === 0) this.bytes.push(0);
			this.bytes[this.bytes.length - 1] |= ((value >> i) & 1) << this.count % 8;
		}
		return this;
	}

	/** A code with one symbol, which takes no bits. */
	code(symbol: number): this {
		return this.write(1, 1).write(0, 1).write(1, 1).write(symbol, 8);
	}

	toBytes(): Buffer {
		return Buffer.from(this.bytes);
	}

	toWebp(chunksBefore: readonly Buffer[] = []): Buffer {
		const data = this.toBytes();
		const chunk = Buffer.concat([Buffer.from('VP8L....'), data, Buffer.alloc(data.length % 2)]);
		chunk.writeUInt32LE(data.length, 4);
		return Buffer.concat([Buffer.from('RIFF....WEBP'), ...chunksBefore, chunk]);
	}
}

function losslessHeader(side: number): Bits {
	return new Bits().write(0x2f, 8).write(side - 1, 14).write(side - 1, 14).write(0, 4); // prettier-ignore
}

/** A square of one color: no transform, no cache, one group of codes. */
function flatWebp(side: number): Bits {
	const bits = losslessHeader(side).write(0, 3);
	for (let i = 0; i < 5; i++) bits.code(0);
	return bits;
}

export function webpOfOneColor(side: number): Uint8Array {
	return showing(flatWebp(side).toWebp());
}

export function webpChunks(count: number): Uint8Array {
	const chunks = Array.from({ length: count }, (_, index) => {
		const chunk = Buffer.alloc(8);
		chunk.writeUInt32LE(0x20202020 + index, 0);
		return chunk;
	});
	return showing(flatWebp(4).toWebp(chunks));
}

/** A square with every transform, which have a tile for every 4 × 4 pixels, and groups of codes for as many. */
export function webpTransforms(side: number): Uint8Array {
	const bits = losslessHeader(side);
	const flat = (...symbols: number[]) => symbols.forEach((symbol) => bits.code(symbol));
	// Prediction, by the mode that takes longest, and colors from each other.
	bits.write(1, 1).write(0, 2).write(0, 3).write(0, 1);
	flat(13, 0, 0, 0, 0);
	bits.write(1, 1).write(1, 2).write(0, 3).write(0, 1);
	flat(7, 9, 11, 0, 0);
	bits.write(1, 1).write(2, 2).write(0, 1);
	// No cache; groups, of which there is one.
	bits.write(0, 1).write(1, 1).write(0, 3).write(0, 1);
	flat(0, 0, 0, 0, 0);
	flat(1, 2, 3, 4, 0);
	return showing(bits.toWebp());
}

/** A lossy gray square of zeros, whose alpha is one color. */
export function webpWithAlpha(side: number): Uint8Array {
	const bits = new Bits().write(0, 3);
	for (let i = 0; i < 5; i++) bits.code(i < 4 ? 200 : 0);
	const alpha = Buffer.concat([Buffer.from([1]), bits.toBytes()]);
	const partBytes = Math.min((1 << 19) - 1, 1000 + side ** 2 / 256);
	const frame = Buffer.alloc(10 + partBytes * 2);
	frame.writeUIntLE((partBytes << 5) | 0x10, 0, 3);
	frame.set([0x9d, 0x01, 0x2a, side & 255, side >> 8, side & 255, side >> 8], 3);
	const riffChunk = (name: string, data: Buffer) => {
		const chunk = Buffer.concat([Buffer.from(`${name}....`), data, Buffer.alloc(data.length % 2)]);
		chunk.writeUInt32LE(data.length, 4);
		return chunk;
	};
	const head = Buffer.from('RIFF....WEBP');
	return showing(Buffer.concat([head, riffChunk('ALPH', alpha), riffChunk('VP8 ', frame)]));
}

/** So many groups of codes, of which the last is used. */
export function webpGroups(count: number): Uint8Array {
	const last = count - 1;
	const bits = losslessHeader(64).write(0, 1).write(0, 1).write(1, 1).write(0, 3);
	// The image of the groups: no cache, one color, which is the number of the last group.
	bits.write(0, 1).code(last & 255).code(last >> 8).code(0).code(0).code(0); // prettier-ignore
	for (let i = 0; i < count * 5; i++) bits.code(0);
	return showing(bits.toWebp());
}

/** So many copies of a shape of 30,000 vertices, each as large as it is allowed to be, and textures of 24 megapixels. */
export function shapesAndTextures(count: number): Uint8Array {
	const builder = new GlbBuilder();
	const texture = (gray: number) => ({ index: builder.texture(flatPng(2047, 2047, gray)) });
	const material = builder.material({
		pbrMetallicRoughness: { baseColorTexture: texture(250), metallicRoughnessTexture: texture(200) },
		emissiveFactor: [0.1, 0.1, 0.1],
		emissiveTexture: texture(10),
		normalTexture: texture(128),
		occlusionTexture: texture(255),
	});
	const shape = gridShape(299, 99, (u, v) => ({ point: [u - 0.5, v - 0.5, 0], normal: [0, 0, 1] }));
	const primitive = primitiveOf(builder, shape, material);
	primitive.indices = undefined;
	const mesh = builder.mesh(primitive);
	builder.gltf.nodes = Array.from({ length: count }, (_, index) => ({
		mesh,
		translation: [0, 0, index / 100],
	}));
	builder.gltf.scenes = [{ nodes: builder.gltf.nodes.map((_, index) => index) }];
	return builder.toGlb();
}
