/** The CDN: signed addresses that expire, no tokens, cut and padded models. */
import axios from 'axios';
import { validateBytes } from 'gltf-validator';
import { type Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultOrder } from '../../sandbox/faults';
import {
	SandboxClient,
	sharedSandbox,
	startSandboxProcess,
	type UserSettings,
} from '../../harness/sandbox/sandbox';
import { download, errorCode } from '../../harness/sandbox/jobs';

const sandbox = sharedSandbox();
/** An own sandbox brings the sign-in emulator along. */
const START_MS = 120_000;

/** A user with one finished task, and its fresh address. */
async function finishedTask(settings: UserSettings = {}, on: SandboxClient = sandbox) {
	const user = await on.createUser(settings);
	const taskId = await on.addTask(user.uid, { prompt: 'a red vase' });
	const freshUrl = async () => (await on.api(user.idToken).get(`/status/${taskId}`)).data.model_url as string;
	const downloads = async () => (await on.ledger(user.uid)).downloads;
	const addFaults = async (...faults: FaultOrder[]) => await on.addFaults(user.uid, ...faults);
	return { user, taskId, freshUrl, downloads, addFaults, url: await freshUrl() };
}

describe('model addresses', () => {
	it('are on another host than the API and deliver a GLB with its length', async () => {
		const { url, downloads, taskId } = await finishedTask();
		expect(new URL(url).origin).toBe(sandbox.addresses.cdnUrl);
		const answer = await download(url);
		expect(answer.headers['content-type']).toBe('model/gltf-binary');
		expect(Number(answer.headers['content-length'])).toBe(answer.data.length);
		expect(answer.data.subarray(0, 4).toString()).toBe('glTF');
		expect(answer.data.readUInt32LE(8)).toBe(answer.data.length);
		expect(await downloads()).toEqual([
			{
				taskId,
				at: expect.any(Number),
				status: 200,
				bytes: answer.data.length,
				complete: true,
				hadAuthorization: false,
			},
		]);
	});

	it('expire, and status gives a fresh one', async () => {
		const { url, freshUrl, user } = await finishedTask({ modelUrlLifetimeSeconds: 0.2 });
		await sleep(250);
		expect((await download(url)).status).toBe(403);
		await sandbox.changeUser(user.uid, { modelUrlLifetimeSeconds: 600 });
		expect((await download(await freshUrl())).status).toBe(200);
	});

	it('refuse a forged signature and a changed expiry', async () => {
		const { url } = await finishedTask();
		const forged = new URL(url);
		forged.searchParams.set('token', 'x'.repeat(43));
		const prolonged = new URL(url);
		prolonged.searchParams.set('expires', '9999999999999');
		expect([(await download(forged.href)).status, (await download(prolonged.href)).status]).toEqual([
			403, 403,
		]);
	});

	it('refuse a request that carries a token, and record it', async () => {
		const { url, downloads, user } = await finishedTask();
		const headers = { Authorization: `Bearer ${user.idToken}` };
		const answer = await axios.get(url, { headers, validateStatus: () => true });
		expect(answer.status).toBe(400);
		expect(await downloads()).toMatchObject([
			{ hadAuthorization: true, status: 400, complete: false, bytes: 0 },
		]);
	});
});

describe('model faults', () => {
	it('cuts a model short so that the transport notices', async () => {
		const { url, addFaults, downloads } = await finishedTask();
		await addFaults({ on: 'model', kind: 'truncate' });
		expect(await errorCode(download(url))).toMatch(/ECONNRESET|ERR_BAD_RESPONSE/);
		expect(await downloads()).toMatchObject([{ complete: false }]);
		expect((await download(url)).data.length).toBeGreaterThan(100_000);
	});

	it('cuts a model short so that only its own header tells', async () => {
		const { url, addFaults } = await finishedTask();
		await addFaults({ on: 'model', kind: 'truncate', withoutLength: true, atBytes: 5000 });
		const answer = await download(url);
		expect(answer.status).toBe(200);
		expect(answer.headers['content-length']).toBeUndefined();
		expect(answer.data.length).toBe(5000);
		expect(answer.data.readUInt32LE(8)).toBeGreaterThan(5000);
	});

	it('answers 404, HTML, nothing, or sends elsewhere', async () => {
		const { url, addFaults } = await finishedTask();
		await addFaults(
			{ on: 'model', kind: 'status', status: 404 },
			{ on: 'model', kind: 'html' },
			{ on: 'model', kind: 'emptyBody' },
			{ on: 'model', kind: 'redirect', to: url },
		);
		expect((await download(url)).status).toBe(404);
		expect((await download(url)).data.toString()).toContain('<!doctype html>');
		expect((await download(url)).data).toHaveLength(0);
		expect((await download(url)).headers.location).toBe(url);
		expect((await download(url)).data.subarray(0, 4).toString()).toBe('glTF');
	});

	it('delivers slowly, stalls in the middle, and resets in the middle', async () => {
		const { url, addFaults } = await finishedTask();
		await addFaults(
			{ on: 'model', kind: 'slow', ms: 400 },
			{ on: 'model', kind: 'hangAfter', ms: 200 },
			{ on: 'model', kind: 'resetAfter' },
		);
		const started = Date.now();
		const slow = await download(url);
		expect(slow.data.readUInt32LE(8)).toBe(slow.data.length);
		expect(Date.now() - started).toBeGreaterThanOrEqual(390);
		expect(await errorCode(download(url))).toBeDefined();
		expect(await errorCode(download(url))).toBeDefined();
	});
});

describe('padded models', () => {
	it('are valid GLB files of the size asked for', async () => {
		const { url } = await finishedTask({ modelSizeBytes: 8_000_001 });
		const { data, headers } = await download(url);
		expect([data.length, Number(headers['content-length'])]).toEqual([8_000_004, 8_000_004]);
		const { issues } = await validateBytes(new Uint8Array(data));
		expect(issues.messages.filter(({ severity }) => severity <= 1)).toEqual([]);
	});

	it(
		'of 300 MB are streamed without being held',
		async () => {
			const size = 300 * 1024 * 1024;
			// One of its own: other suites fill the memory of the shared one.
			const { ready, stop } = await startSandboxProcess();
			try {
				const own = new SandboxClient(ready);
				const { url, downloads } = await finishedTask({ modelSizeBytes: size }, own);
				const before = (await own.info()).rssBytes;
				const { data } = await axios.get<Readable>(url, { responseType: 'stream', maxRedirects: 0 });
				let bytes = 0;
				let largest = before;
				let nextLook = 0;
				for await (const chunk of data) {
					bytes += (chunk as Buffer).length;
					if (bytes < nextLook) continue;
					nextLook = bytes + 50 * 1024 * 1024;
					largest = Math.max(largest, (await own.info()).rssBytes);
				}
				expect(bytes).toBe(size);
				expect(largest - before).toBeLessThan(80 * 1024 * 1024);
				expect(await downloads()).toMatchObject([{ bytes: size, complete: true }]);
			} finally {
				await stop();
			}
		},
		START_MS,
	);
});
