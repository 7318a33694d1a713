/** The picture of a delivered model. What is in it is tested with the renderer; here it reaches the item. */
import sharp from 'sharp';

import { generate } from '../../../harness/sandbox/generation';
import { usePack } from '../../../harness/sandbox/pack';

const pack = usePack();

it('is a PNG in the field "preview" unless told, named like the model', async () => {
	const account = await pack.account();
	const options = { preview: undefined, fileName: 'vase' };
	const [{ json, binary }] = (await generate(pack, account, { outputBinaryField: 'glb', options })).items;
	expect(Object.keys(binary!).sort()).toEqual(['glb', 'preview']);
	expect(binary!.preview).toMatchObject({ mimeType: 'image/png', fileName: 'vase.png' });
	expect(json).not.toHaveProperty('preview_hint');
	const picture = sharp(await pack.engine.readBinary(binary!.preview));
	expect(await picture.metadata()).toMatchObject({ format: 'png', width: 512, height: 512 });
	const { channels } = await picture.stats();
	expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(5);
});

it('is left out when it is off', async () => {
	const account = await pack.account();
	const [{ json, binary }] = (await generate(pack, account, { options: { preview: 'off' } })).items;
	expect(Object.keys(binary!)).toEqual(['data']);
	expect(json).not.toHaveProperty('preview_hint');
});

it('is not drawn of a large model unless it is asked for, and the item says so', async () => {
	const account = await pack.account({ modelSizeBytes: 70 * 1024 * 1024 });
	const [{ json, binary }] = (await generate(pack, account, { options: { preview: undefined } })).items;
	expect(Object.keys(binary!)).toEqual(['data']);
	expect(json.preview_hint).toMatch(/^No picture: the model is larger than \d+ MB\.$/);
});

it('tells the longest side of the textures, since the whole file is read for the picture', async () => {
	const account = await pack.account({ tinyModels: false });
	const picture = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#a63' } })
		.png()
		.toBuffer();
	const data = await pack.engine.binary(picture, { mimeType: 'image/png', fileName: 'board.png' });
	const parameters = { mode: 'image', quality: 'fast', options: { preview: undefined } };
	const [{ json, binary }] = (
		await generate(pack, account, parameters, { items: [{ json: {}, binary: { data } }] })
	).items;
	expect(binary).toHaveProperty('preview');
	expect(json.model).toMatchObject({ textures: 1, largest_texture_side: 300 });
});

it('turns round as an animated PNG when a turntable is asked for', async () => {
	const account = await pack.account();
	const [{ binary }] = (await generate(pack, account, { options: { preview: 'turntable' } })).items;
	const png = await pack.engine.readBinary(binary!.preview);
	expect(binary!.preview.mimeType).toBe('image/png');
	expect(png.includes('acTL')).toBe(true);
}, 60_000);
