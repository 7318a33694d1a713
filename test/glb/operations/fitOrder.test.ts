/** The steps of a fit in their order, each with the model that it alone makes fit: none that comes later is taken. */
import { type Document, WebIO } from '@gltf-transform/core';
import sharp from 'sharp';
import { fitModel } from '../../../glb/operations';
import type { ShopLimits } from '../../../glb/facts';
import { buildBenchModel } from '../../../harness/preview/benchModels';
import { timing } from '../../../harness/glb/timing';

const FACES = 4_000;

/** Of a part of the file's description, bytes. */
const SOME_WORDS = 1_000;

async function build(format: 'jpeg' | 'png', change: (document: Document) => unknown = () => undefined) {
	const io = new WebIO();
	const plain = await buildBenchModel({ name: '', faces: FACES, textureSide: 256, format });
	const document = await io.readBinary(plain);
	await change(document);
	return await io.writeBinary(document);
}

async function fit(glb: Uint8Array, limits: ShopLimits) {
	const result = await fitModel(glb, { ...timing, limits });
	if (!result.ok) throw new Error(result.reason);
	expect(result.verdict).toEqual({ passed: true, reasons: [] });
	return result;
}

const megabytes = (bytes: number) => bytes / 1e6;

const NEVER_SHOWN = 'Removed what is never shown, and merged duplicates.';

it('leaves images and faces alone where it is enough to drop what is never drawn', async () => {
	let spareBytes = 0;
	const glb = await build('png', (document) => {
		const [texture] = document.getRoot().listTextures();
		spareBytes = texture.getImage()!.length;
		const spare = document
			.createTexture('spare')
			.setMimeType('image/png')
			.setImage(texture.getImage()!.slice());
		document.createMaterial('nowhere').setBaseColorTexture(spare);
	});
	const result = await fit(glb, { maxFileSizeMb: megabytes(glb.length - spareBytes + SOME_WORDS) });
	expect(result.changes).toEqual([
		NEVER_SHOWN,
		expect.stringMatching(/^Removed, because nothing shows them: .*"nowhere"/),
	]);
	expect(result.facts).toMatchObject({ largest_texture_side: 256, texture_formats: ['png'] });
});

it('merges what is there twice before it makes anything coarser', async () => {
	let twiceBytes = 0;
	const glb = await build('png', (document) => {
		const root = document.getRoot();
		const [material] = root.listMaterials();
		const image = material.getBaseColorTexture()!.getImage()!.slice();
		twiceBytes = image.length;
		const again = document.createTexture('again').setMimeType('image/png').setImage(image);
		material.setEmissiveTexture(again).setEmissiveFactor([0, 0, 0]);
	});
	const result = await fit(glb, { maxFileSizeMb: megabytes(glb.length - twiceBytes + SOME_WORDS) });
	expect(result.changes[0]).toBe(NEVER_SHOWN);
	expect(result.changes.join()).not.toMatch(/px|JPEG|Faces/);
});

it('reduces textures and no faces where the textures alone are over their limit', async () => {
	const result = await fit(await build('jpeg'), {
		maxTextureSide: 128,
		maxFaces: FACES * 2,
		maxFileSizeMb: 15,
	});
	expect(result.changes).toEqual(['Textures reduced to 128 px: 3.']);
	expect(result.facts.faces).toBe(FACES);
});

it('reduces faces and no textures where the faces alone are over their limit', async () => {
	const result = await fit(await build('png'), { maxTextureSide: 256, maxFaces: 2_000 });
	expect(result.changes).toEqual([expect.stringMatching(/^Faces reduced from 4,000 to 1,\d\d\d\.$/)]);
	expect(result.facts).toMatchObject({ largest_texture_side: 256, texture_formats: ['png'] });
});

it('keeps an image with transparency as it is where the others become JPEG', async () => {
	const glb = await build('png', async (document) => {
		const texture = document.getRoot().listMaterials()[0].getBaseColorTexture()!;
		const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
		const create = { width: 256, height: 256, channels: 4, background: '#ff000080', noise } as const;
		const image = await sharp({ create: { ...create, noise: undefined } as never })
			.composite([
				{
					input: await sharp({ create: { ...create, channels: 3 } })
						.png()
						.toBuffer(),
					blend: 'atop',
				},
			])
			.png()
			.toBuffer();
		texture.setImage(image);
		document.getRoot().listMaterials()[0].setAlphaMode('BLEND');
	});
	const result = await fit(glb, { maxFileSizeMb: megabytes(glb.length - 20_000) });
	expect(result.changes).toEqual(['Textures saved as JPEG: 2.']);
	expect([...result.facts.texture_formats].sort()).toEqual(['jpeg', 'png']);
});

it('comes to faces last, when smaller images have not been enough', async () => {
	const glb = await build('png');
	const result = await fit(glb, { maxFileSizeMb: megabytes(100_000) });
	const [jpeg, ...later] = result.changes;
	expect(jpeg).toMatch(/JPEG/);
	expect(later.at(-1)).toMatch(/^Faces reduced/);
});
