import sharp from 'sharp';
import { largestSide, readModelFacts, readTextureSizes } from '../../../glb/facts';
import { imageSize } from '../../../glb/facts/imageSize';
import { cubePrimitive, newDocument, rawGlb, readerOf, toGlb } from '../../../harness/glb/buildGlb';

const picture = (width: number, height: number) =>
	sharp({ create: { width, height, channels: 4, background: { r: 200, g: 90, b: 20, alpha: 0.5 } } });

describe('imageSize', () => {
	it.each([
		['PNG', () => picture(300, 200).png()],
		['JPEG', () => picture(300, 200).jpeg()],
		['progressive JPEG', () => picture(300, 200).jpeg({ progressive: true })],
		['JPEG with a profile before the frame', () => picture(300, 200).withIccProfile('p3').jpeg()],
		['lossy WebP', () => picture(300, 200).removeAlpha().webp()],
		['lossless WebP', () => picture(300, 200).webp({ lossless: true })],
		['WebP with alpha', () => picture(300, 200).webp()],
	])('reads %s', async (_, make) => {
		expect(imageSize(await make().toBuffer())).toEqual({ width: 300, height: 200 });
	});

	it('reads KTX2', () => {
		const head = Buffer.alloc(40);
		head.set([0xab, 0x4b, 0x54, 0x58, 0x20, 0x32, 0x30, 0xbb, 0x0d, 0x0a, 0x1a, 0x0a]);
		head.writeUInt32LE(1024, 20);
		head.writeUInt32LE(512, 24);
		expect(imageSize(head)).toEqual({ width: 1024, height: 512 });
	});

	it.each([
		['nothing', ''],
		['a PNG that ends in its header', '89504e470d0a1a0a0000000d49484452'],
		['a JPEG that ends before its frame', 'ffd8ffe00010'],
		['a JPEG with a broken segment', 'ffd8ffe0000400000000000000'],
		['something else', '47494638396101000100'],
	])('knows no size of %s', (_, hex) => {
		expect(imageSize(Buffer.from(hex, 'hex'))).toBeUndefined();
	});
});

describe('readTextureSizes', () => {
	it('reads only the head of each texture that is used', async () => {
		const { document, scene } = newDocument();
		const noise = sharp({ create: { width: 512, height: 256, channels: 3, background: 'red', noise: { type: 'gaussian', mean: 128, sigma: 60 } } }); // prettier-ignore
		const texture = (image: Uint8Array, type: string) =>
			document.createTexture().setImage(image).setMimeType(type);
		const material = document
			.createMaterial()
			.setBaseColorTexture(texture(await noise.png().toBuffer(), 'image/png'))
			.setNormalTexture(texture(await picture(64, 1024).jpeg().toBuffer(), 'image/jpeg'));
		const mesh = document.createMesh().addPrimitive(cubePrimitive(document).setMaterial(material));
		scene.addChild(document.createNode().setMesh(mesh));
		const glb = await toGlb(document);
		const head = await readModelFacts(readerOf(glb).read, glb.length);
		if (!head.ok) throw new Error(head.reason);
		const { read, calls } = readerOf(glb);
		const sizes = await readTextureSizes(read, head.gltf, head.header);
		expect([...sizes.values()]).toEqual([
			{ width: 512, height: 256 },
			{ width: 64, height: 1024 },
		]);
		expect(largestSide(sizes.values())).toBe(1024);
		expect(calls).toHaveLength(2);
		expect(Math.max(...calls.map(([, length]) => length))).toBeLessThanOrEqual(65536);
	});

	it('leaves out images outside the file', async () => {
		const glb = rawGlb({
			asset: { version: '2.0' },
			textures: [{ source: 0 }, { source: 1 }, { source: 2 }],
			images: [{ uri: 'body.png' }, { bufferView: 0 }, { bufferView: 9 }],
			bufferViews: [{ buffer: 0, byteOffset: 999_999, byteLength: 100 }],
		});
		const head = await readModelFacts(readerOf(glb).read, glb.length);
		if (!head.ok) throw new Error(head.reason);
		const sizes = await readTextureSizes(readerOf(glb).read, head.gltf, head.header);
		expect(largestSide(sizes.values())).toBeUndefined();
	});
});
