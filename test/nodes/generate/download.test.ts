/** Bringing the model home: what breaks is fetched again, what is no model is refused, the sign-in stays behind. */
import { BinaryDataService } from 'n8n-core';
import { Container } from '../../../harness/engine/n8nCoreModules';
import { drawShortWaits } from '../../../harness/sandbox/dice';
import { generate } from '../../../harness/sandbox/generation';
import { openPack, type Account, type Pack } from '../../../harness/sandbox/pack';
import { startWebServer, type WebServer } from '../../../harness/sandbox/webServer';

let pack: Pack;
let elsewhere: WebServer;

beforeAll(async () => {
	drawShortWaits();
	pack = await openPack();
	elsewhere = await startWebServer((request, response) => {
		if (request.url === '/circle') response.writeHead(302, { Location: '/circle' }).end();
		else response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><h1>Hello</h1>');
	});
});

afterAll(async () => {
	await elsewhere.close();
	await pack.close();
});

async function delivered(account: Account): Promise<void> {
	const { items, error } = await generate(pack, account);
	expect(error).toBeUndefined();
	const { downloads, charges } = await account.ledger();
	const last = downloads.at(-1)!;
	expect(last).toMatchObject({ status: 200, complete: true });
	const bytes = await pack.engine.readBinary(items[0].binary!.data);
	expect(bytes).toHaveLength(last.bytes);
	expect(bytes.readUInt32LE(8)).toBe(bytes.length);
	expect(charges).toHaveLength(1);
	expect(downloads.filter(({ hadAuthorization }) => hadAuthorization)).toEqual([]);
}

describe('a storage of n8n that fails', () => {
	/** Reading the head of a file, or the whole of one. */
	const failWhere = (fails: (chunkBytes: number | undefined) => boolean) => {
		const storage = Container.get(BinaryDataService);
		const read = storage.getAsStream.bind(storage);
		jest.spyOn(storage, 'getAsStream').mockImplementation(async (id, chunkBytes) => {
			if (fails(chunkBytes)) throw new Error('EIO: i/o error, read');
			return await read(id, chunkBytes);
		});
	};

	afterEach(() => jest.restoreAllMocks());

	it('when the model is looked at fails with the task and its link, which are paid for', async () => {
		const account = await pack.account();
		failWhere(() => true);
		const { error } = await generate(pack, account);
		const [{ taskId }] = (await account.ledger()).charges;
		expect(error).toMatchObject({
			message: "The model arrived damaged: it could not be read back from n8n's storage",
			context: { task_id: taskId },
		});
		expect(error?.description).toContain(taskId);
		expect(await account.tally()).toMatchObject({ submits: 1, charges: 1 });
	});

	it('when the picture is to be drawn costs the picture alone', async () => {
		const account = await pack.account();
		failWhere((chunkBytes) => chunkBytes === undefined);
		const [{ json, binary }] = (await generate(pack, account, { options: { preview: undefined } })).items;
		expect(json.preview_hint).toMatch(/^No picture: the model could not be read back/);
		expect(Object.keys(binary!)).toEqual(['data']);
	});
});

describe('a download that breaks', () => {
	it.each([
		['is cut short of its Content-Length', { kind: 'truncate' }],
		['is cut short and has no Content-Length', { kind: 'truncate', withoutLength: true }],
		['ends inside the header', { kind: 'truncate', withoutLength: true, atBytes: 10 }],
		['is empty', { kind: 'truncate', withoutLength: true, atBytes: 0 }],
		['is reset', { kind: 'resetAfter' }],
		['is a web page', { kind: 'html' }],
		['meets a 503', { kind: 'status', status: 503 }],
		['meets a 429', { kind: 'status', status: 429, headers: { 'Retry-After': '0' } }],
	] as const)('because it %s starts anew', async (_how, fault) => {
		const account = await pack.account();
		await account.faults({ on: 'model', times: 2, ...fault });
		await delivered(account);
		expect(await account.tally()).toMatchObject({ downloads: 3, checks: 1 });
	});

	it('is given up after four tries, with the task id and the link', async () => {
		const account = await pack.account();
		await account.faults({ on: 'model', kind: 'truncate', withoutLength: true, times: -1 });
		const { error } = await generate(pack, account);
		const [{ taskId }] = (await account.ledger()).charges;
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: expect.stringMatching(/not a whole GLB model: \d+ of \d+ bytes arrived/),
			description: expect.stringContaining(`Image3D Status can fetch its model later`),
			context: { task_id: taskId, model_url: expect.stringContaining(taskId) },
		});
		expect(await account.tally()).toMatchObject({ downloads: 4, charges: 1 });
	});

	it('says what came instead of a model', async () => {
		const account = await pack.account();
		await account.faults({ on: 'model', kind: 'html', times: -1 });
		const { items } = await generate(pack, account, {}, { onError: 'continueRegularOutput' });
		const [{ taskId }] = (await account.ledger()).charges;
		expect(items[0].json).toMatchObject({
			error: expect.stringContaining('it is a web page'),
			task_id: taskId,
			model_url: expect.stringContaining(taskId),
		});
	});
});

describe('a link that has expired', () => {
	it.each([403, 404, 410])('(%i) is replaced by a fresh one from the status', async (status) => {
		const account = await pack.account();
		await account.faults({ on: 'model', kind: 'status', status });
		await delivered(account);
		expect(await account.tally()).toMatchObject({ downloads: 2, checks: 2 });
	});

	it('is not asked about for ever', async () => {
		const account = await pack.account({ modelUrlLifetimeSeconds: 0 });
		const { error } = await generate(pack, account);
		expect(error).toMatchObject({
			httpCode: '403',
			message: 'The model could not be downloaded: its server answered HTTP 403',
			description: expect.stringMatching(/^Check whether a firewall or proxy blocks that server/),
		});
		expect(await account.tally()).toMatchObject({ downloads: 4, checks: 4 });
	});

	it('gives way in the output to the one that worked', async () => {
		const account = await pack.account();
		await account.faults({ on: 'model', kind: 'status', status: 403 });
		const fresh = (await generate(pack, account)).items[0].json.model_url as string;
		const [, second] = (await account.ledger()).requests.filter(({ route }) => route === 'status');
		const lifetimeMs = 600_000;
		expect(Number(new URL(fresh).searchParams.get('expires'))).toBeGreaterThan(
			second.at + lifetimeMs - 1_000,
		);
	});
});

describe('a redirect of the download', () => {
	it('is followed, without the sign-in', async () => {
		const account = await pack.account();
		const taskId = await account.addTask();
		const done = await pack.sandbox.api(account.user.idToken).get(`/status/${taskId}`);
		await account.faults({ on: 'model', kind: 'redirect', to: done.data.model_url });
		const { items } = await generate(pack, account);
		expect(items[0].binary!.data.mimeType).toBe('model/gltf-binary');
		const { downloads } = await account.ledger();
		expect(downloads.map(({ status }) => status)).toEqual([302, 200]);
		expect(downloads.filter(({ hadAuthorization }) => hadAuthorization)).toEqual([]);
	});

	it('to another host carries nothing of the sign-in there', async () => {
		const account = await pack.account();
		await account.faults({ on: 'model', kind: 'redirect', to: `${elsewhere.url}/page`, times: -1 });
		const { error } = await generate(pack, account);
		expect(error!.message).toContain('web page');
		const seen = elsewhere.requests.filter(({ path }) => path === '/page');
		expect(seen).toHaveLength(4);
		expect(seen.filter(({ headers }) => headers.authorization ?? headers.cookie)).toEqual([]);
	});

	it('in a circle is given up at once', async () => {
		const account = await pack.account();
		await account.faults({ on: 'model', kind: 'redirect', to: `${elsewhere.url}/circle`, times: -1 });
		const { error } = await generate(pack, account);
		expect(error!.message).toContain('redirected in a circle');
		expect(error!.description).not.toMatch(/^Run again/);
		expect((await account.tally()).downloads).toBe(1);
	});

	it('to something that is no web address is refused', async () => {
		const account = await pack.account();
		await account.faults({ on: 'model', kind: 'redirect', to: 'ftp://127.0.0.1/model.glb' });
		const { error } = await generate(pack, account);
		expect(error).toMatchObject({
			message: 'The link to the model is not a secure web address (https)',
			context: { task_id: expect.any(String) },
		});
	});
});

describe('maxModelSizeMb', () => {
	const options = { maxModelSizeMb: 1 };
	const tooLarge = {
		message: expect.stringMatching(
			/larger than the 1 MB that the option Max Model Size allows \([\d.]+ MB\)/,
		),
		description: expect.stringContaining('Raise the option'),
		context: { task_id: expect.any(String), model_url: expect.any(String) },
	};

	it('refuses a larger model before it is downloaded, once', async () => {
		// More than the connection holds on the way.
		const account = await pack.account({ modelSizeBytes: 40 * 1024 * 1024 });
		const { error } = await generate(pack, account, { options });
		expect(error).toMatchObject(tooLarge);
		const { downloads } = await account.ledger();
		expect(downloads).toHaveLength(1);
		expect(downloads[0].complete).toBe(false);
	});

	it('refuses it as well when its server does not tell the size', async () => {
		const account = await pack.account({ modelSizeBytes: 2 * 1024 * 1024 });
		await account.faults({ on: 'model', kind: 'truncate', withoutLength: true, atBytes: 2 * 1024 * 1024 });
		expect((await generate(pack, account, { options })).error).toMatchObject(tooLarge);
		expect((await account.tally()).downloads).toBe(1);
	});

	it('lets a model of exactly that size pass', async () => {
		const account = await pack.account({ modelSizeBytes: 1024 * 1024 });
		const { items } = await generate(pack, account, { options });
		expect(items[0].json.model).toMatchObject({ file_size: 1024 * 1024 });
	});
});
