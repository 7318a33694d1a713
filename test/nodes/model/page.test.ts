/** Page of Image3D Model in n8n's engine: its picture of models that are stored packed, and what it says of heavy ones. */
import { EMBEDDING_LIMITS } from '../../../glb/operations/buildPage';
import type { Engine } from '../../../harness/engine';
import { boxGlb, itemOf, openEngine, runModel } from '../../../harness/engine/modelNode';
import { packed } from '../../../harness/glb/packed';
import { rawGlb } from '../../../harness/glb/buildGlb';

let engine: Engine;
beforeAll(async () => {
	engine = await openEngine();
});
afterAll(async () => await engine.close());

const page = { operation: 'page' };

/** A model with a part that nothing refers to, so that it is large and takes no work. */
const heavyGlb = (bytes: number) =>
	rawGlb({ asset: { version: '2.0' }, scenes: [{}] }, new Uint8Array(bytes));

it.each(['EXT_meshopt_compression', 'KHR_meshopt_compression'] as const)(
	'has a picture of a model that is stored with %s',
	async (extension) => {
		const item = await itemOf(engine, await packed(await boxGlb(), extension));
		const [{ binary }] = (await runModel(engine, page, [item])).items;
		expect((await engine.readBinary(binary!.data)).toString()).toContain('poster="data:image/png;base64,');
	},
);

it('says on the item that the page is heavy, and nothing of a light one', async () => {
	const heavy = await itemOf(engine, heavyGlb(EMBEDDING_LIMITS.light + 4));
	const light = await itemOf(engine, await boxGlb());
	const [first, second] = (await runModel(engine, page, [heavy, light])).items;
	expect(first.json.page_hint).toMatch(/^The page has 21 MB, because the model is part of it/);
	expect(second.json).not.toHaveProperty('page_hint');
});

it('fails an item whose model is too large to be part of a page, and takes it with its link', async () => {
	const item = await itemOf(engine, heavyGlb(EMBEDDING_LIMITS.most + 4));
	const { error } = await runModel(engine, page, [item]);
	expect(error?.message).toBe('A model of 101 MB is too large to be part of a page: up to 100 MB work');
	expect(error?.description).toContain('enter its link as Model URL');
	const linked = { ...page, modelUrl: 'https://cdn.example.com/chair.glb' };
	const [{ binary, json }] = (await runModel(engine, linked, [item])).items;
	expect((await engine.readBinary(binary!.data)).length).toBeLessThan(2_000);
	expect(json).not.toHaveProperty('page_hint');
});
