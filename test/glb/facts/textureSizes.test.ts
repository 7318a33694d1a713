import sharp from 'sharp';
import { largestSide, readModelFacts, readTextureSizes } from '../../../glb/facts';
import { cubePrimitive, newDocument, rawGlb, readerOf, toGlb } from '../../../harness/glb/buildGlb';

const picture = (width: number, height: number) =>
	sharp({ create: { width, height, channels: 4, background: { r: 200, g: 90, b: 20, alpha: 0.5 } } });

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
