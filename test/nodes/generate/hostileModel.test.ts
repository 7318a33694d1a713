/** Models that would hold up n8n, from a host that may send anything: the model is delivered, the rest is given up. */
import { sleep } from 'n8n-workflow';
import type { RequestListener } from 'node:http';

import { POLL_MARGIN_MS } from '../../../nodes/Image3dTrigger/pollTime';
import { rawGlb } from '../../../harness/glb/buildGlb';
import { GlbBuilder, primitiveOf, quadShape } from '../../../harness/glb/glbBuilder';
import { generate } from '../../../harness/sandbox/generation';
import { Image3dTrigger, openPack, type Account, type Pack } from '../../../harness/sandbox/pack';
import { startWebServer, type WebServer } from '../../../harness/sandbox/webServer';

let pack: Pack;
let host: WebServer;
let served: Uint8Array;

beforeAll(async () => {
	pack = await openPack();
	const serve: RequestListener = (_request, response) => response.end(served);
	host = await startWebServer(serve);
});

afterAll(async () => {
	await host.close();
	await pack.close();
});

/** An account whose models are the given file. */
async function accountOf(glb: Uint8Array): Promise<Account> {
	served = glb;
	const account = await pack.account();
	await account.faults({ on: 'model', kind: 'redirect', to: `${host.url}/model.glb`, times: -1 });
	return account;
}

/** A hundred panes of glass, one behind the other, which all fill the picture: minutes of drawing. */
function glass(): Uint8Array {
	const builder = new GlbBuilder();
	const pbrMetallicRoughness = { baseColorFactor: [1, 1, 1, 0.01] };
	const material = builder.material({ alphaMode: 'BLEND', doubleSided: true, pbrMetallicRoughness });
	const mesh = builder.mesh(primitiveOf(builder, quadShape(), material));
	for (let index = 0; index < 2000; index++) builder.node({ mesh, translation: [0, 0, index / 1e5] });
	return builder.toGlb();
}

const manyNodes = () => rawGlb({ asset: { version: '2.0' }, nodes: Array(600_000).fill({}) });

describe('a model with 600,000 nodes', () => {
	it('is delivered, paid for once, with its size and the reason why no more is known', async () => {
		const glb = manyNodes();
		const account = await accountOf(glb);
		const { items } = await generate(pack, account, { options: { preview: undefined } });
		const [{ json, binary }] = items;
		expect((await pack.engine.readBinary(binary!.data)).equals(glb)).toBe(true);
		expect(json.model).toEqual({ file_size: glb.length });
		expect(json.model_hint).toMatch(
			/^Only the file's size is known\. .*[\d,]+ values in its description; up to 300,000/,
		);
		expect(json.preview_hint).toMatch(/^No picture: .*up to 300,000 are read/);
		expect((await account.tally()).charges).toBe(1);
	});

	it('fails a budget that cannot be checked, and says so', async () => {
		const account = await accountOf(manyNodes());
		const options = { budget: { limits: { preset: 'custom', maxFaces: 1000 } } };
		const [{ json }] = (await generate(pack, account, { options })).items;
		expect(json.budget).toEqual({ passed: false, reasons: [expect.stringContaining('does not say')] });
	});
});

it('parses the description of a model once, for facts, textures, budget and picture together', async () => {
	const builder = new GlbBuilder();
	builder.gltf.asset = { version: '2.0', generator: 'only once' };
	builder.node({ mesh: builder.mesh(primitiveOf(builder, quadShape(), builder.material({}))) });
	const account = await accountOf(builder.toGlb());
	const parse = jest.spyOn(JSON, 'parse');
	const isDescription = (text: unknown) =>
		typeof text === 'string' && text.includes('bufferViews') && text.includes('only once');
	try {
		const options = { preview: 'image', budget: { limits: { preset: 'custom', maxTextureSide: 1000 } } };
		const [{ json, binary }] = (await generate(pack, account, { options })).items;
		expect(json.model).toMatchObject({ faces: 2, generator: 'only once' });
		expect(json.budget).toMatchObject({ passed: true });
		expect(binary).toHaveProperty('preview');
		expect(parse.mock.calls.filter(([text]) => isDescription(text))).toHaveLength(1);
	} finally {
		parse.mockRestore();
	}
});

describe('a picture that would take minutes', () => {
	it('ends with the execution, though it was asked for', async () => {
		const account = await accountOf(glass());
		const stop = new AbortController();
		const options = { preview: 'turntable' };
		const running = generate(pack, account, { options }, { signal: stop.signal });
		while ((await account.tally()).downloads === 0) await sleep(10);
		await sleep(1500);
		stop.abort();
		// A picture that went on would end after 90 seconds of work, and this test long before.
		expect((await running).status).toBe('canceled');
		// Nothing of it is left: the next one is drawn at once.
		served = (() => {
			const builder = new GlbBuilder();
			builder.node({ mesh: builder.mesh(primitiveOf(builder, quadShape(), builder.material({}))) });
			return builder.toGlb();
		})();
		const [{ binary }] = (await generate(pack, account, { options: { preview: undefined } })).items;
		expect(binary).toHaveProperty('preview');
	});

	it('ends with the poll, and the model comes without it', async () => {
		const account = await accountOf(glass());
		const taskIds = await account.addTask();
		const poller = pack.engine.poller(Image3dTrigger, {
			credentials: account.credentials,
			parameters: { taskIds, downloadModel: true },
			pollBudgetMs: POLL_MARGIN_MS + 3_000,
			workflowId: 'glass',
		});
		const { items, error } = await poller.poll();
		expect(error).toBeUndefined();
		const [[{ json, binary }]] = items!;
		expect(json.preview_hint).toBe('No picture: This was canceled before it was finished.');
		expect(binary).toHaveProperty('data');
		expect(binary).not.toHaveProperty('preview');
	});
});
