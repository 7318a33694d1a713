/** Models whose geometry is compressed or quantized, as *Ready for the shop* and other programs write them. */
import sharp from 'sharp';

import { rawGlb } from '../../../harness/glb/buildGlb';
import { packed, packedColors } from '../../../harness/glb/packed';
import { fitModel } from '../../../glb/operations';
import { timing } from '../../../harness/glb/timing';
import { buildBenchModel } from '../../../harness/preview/benchModels';
import { pictureSimilarity } from '../../../harness/preview/similarity';
import { generate } from '../../../harness/sandbox/generation';
import { openPack, type Pack } from '../../../harness/sandbox/pack';
import { startWebServer, type WebServer } from '../../../harness/sandbox/webServer';

const FACES = 4_000;

let pack: Pack;
let host: WebServer;
let served: Uint8Array;
let plain: Uint8Array;

beforeAll(async () => {
	pack = await openPack();
	host = await startWebServer((_request, response) => response.end(served));
	plain = await buildBenchModel({ name: '', faces: FACES, textureSide: 64, format: 'jpeg' });
});

afterAll(async () => {
	await host.close();
	await pack.close();
});

/** What the node makes of a model: its item, and the picture. */
async function generated(glb: Uint8Array) {
	served = glb;
	const account = await pack.account();
	await account.faults({ on: 'model', kind: 'redirect', to: `${host.url}/model.glb`, times: -1 });
	const [{ json, binary }] = (await generate(pack, account, { options: { preview: undefined } })).items;
	expect((await pack.engine.readBinary(binary!.data)).equals(Buffer.from(glb))).toBe(true);
	return { json, picture: binary!.preview && (await pack.engine.readBinary(binary!.preview)) };
}

async function quantized(): Promise<Uint8Array> {
	const result = await fitModel(plain, { ...timing, limits: {}, compression: 'quantize' });
	if (!result.ok) throw new Error(result.reason);
	return result.glb;
}

it.each([
	['EXT_meshopt_compression', async () => await packed(plain, 'EXT_meshopt_compression')],
	['KHR_meshopt_compression', async () => await packed(plain, 'KHR_meshopt_compression')],
	['KHR_mesh_quantization', quantized],
])('a model with %s has its facts and its picture, and is delivered as it came', async (extension, build) => {
	const { json, picture } = await generated(await build());
	const { json: plainJson, picture: plainPicture } = await generated(plain);
	expect(json).not.toHaveProperty('preview_hint');
	expect(json.model).toMatchObject({ faces: FACES, extensions: expect.arrayContaining([extension]) });
	expect(json.model).toMatchObject({ faces: (plainJson.model as { faces: number }).faces });
	expect(await pictureSimilarity(plainPicture!, picture!)).toBeGreaterThan(0.99);
});

it('shows colors that only the newer meshopt extension can store', async () => {
	const { picture } = await generated((await packedColors()).glb);
	const { channels } = await sharp(picture).stats();
	expect(channels[1].mean).toBeGreaterThan(3 * channels[0].mean);
	expect(channels[2].mean).toBeGreaterThan(3 * channels[0].mean);
});

it('says of a Draco model that it has no picture, and why', async () => {
	const extensionsUsed = ['KHR_draco_mesh_compression'];
	const glb = rawGlb({ asset: { version: '2.0' }, extensionsUsed, extensionsRequired: extensionsUsed });
	const { json, picture } = await generated(glb);
	expect(picture).toBeUndefined();
	expect(json.preview_hint).toBe(
		'No picture: The model uses Draco compression, which pictures do not support.',
	);
});
