/** Every way in which the service can refuse, fail or talk nonsense: its own message, remedy and HTTP code. */
import type { NodeApiError } from 'n8n-workflow';

import { useShortWaits } from '../../../harness/sandbox/dice';
import { generate, itemsOf } from '../../../harness/sandbox/generation';
import { usePack } from '../../../harness/sandbox/pack';

const pack = usePack();
useShortWaits();

/** With this time limit a service that never recovers is given up within a second. */
const IMPATIENT = { options: { timeout: 1 } };

describe('a submit that is refused', () => {
	it('400: quotes the service, and passes on a quality that nobody knows', async () => {
		const account = await pack.account();
		const { error } = await generate(pack, account, { quality: '={{ "proplus" }}' });
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '400',
			message: 'Image3D did not accept the request: quality must be fast, standard, pro or ultra',
			description: expect.stringContaining('Check the fields of this node'),
		});
		// Once: neither as "Bad request: …", nor again under the error's details.
		expect((error as NodeApiError).messages).toEqual([]);
		expect(await account.tally()).toMatchObject({ submits: 1, charges: 0 });
	});

	it('understands the documented tiers however an expression writes them', async () => {
		const account = await pack.account();
		const items = itemsOf(...['Pro', ' ultra ', 'FAST'].map((quality) => ({ quality })));
		const result = await generate(pack, account, { quality: '={{ $json.quality }}' }, { items });
		expect(result.items.map(({ json }) => json.quality)).toEqual(['pro', 'ultra', 'fast']);
		expect((await account.ledger()).tasks.map(({ quality }) => quality).sort()).toEqual([
			'fast',
			'pro',
			'ultra',
		]);
	});

	it('401: asks to sign in again when a pasted token is refused', async () => {
		const account = await pack.account({}, { signIn: 'idToken', credential: { staticToken: 'stale' } });
		const { error } = await generate(pack, account);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '401',
			message: expect.stringContaining('Image3D did not accept the sign-in'),
			description: expect.stringContaining('Open the Image3D API credential'),
			failure: { cause: 'credential-invalid' },
		});
		expect((await account.tally()).charges).toBe(0);
	});

	it('401: asks to sign in again when the session was revoked', async () => {
		const account = await pack.account();
		await account.change({ revoke: true });
		const { error } = await generate(pack, account);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '401',
			message: expect.stringMatching(/Sign in at Image3D again/),
			description: expect.stringContaining('Nothing was charged'),
		});
		expect(await account.tally()).toMatchObject({ submits: 0, charges: 0 });
	});

	it('402: says where to buy credits', async () => {
		const account = await pack.account({ credits: 0 });
		const { error } = await generate(pack, account);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '402',
			message: expect.stringContaining('The Image3D account has too few credits'),
			description: expect.stringMatching(/https:\/\/image3d\.io\/pricing\/.*not charged/),
			failure: { cause: 'quota-exhausted' },
		});
	});

	it('redirect: is not followed, for it would carry the sign-in along', async () => {
		const account = await pack.account();
		const to = pack.sandbox.baseUrl.replace('127.0.0.1', 'localhost');
		await account.faults({ on: 'generate', kind: 'redirect', to: `${to}/api/generate` });
		const { error } = await generate(pack, account);
		expect(error).toMatchObject({
			httpCode: '302',
			message: expect.stringContaining('redirect'),
			description: expect.stringContaining('Check the Base URL'),
		});
		expect(await account.tally()).toMatchObject({ submits: 1, charges: 0 });
	});
});

describe('a submit that certainly was not accepted', () => {
	const tooMany = { on: 'generate', kind: 'status', status: 429 } as const;
	const broken = { on: 'generate', kind: 'status', status: 500 } as const;

	it.each([
		['in seconds', () => '1'],
		['as a date', () => new Date(Date.now() + 4_000).toUTCString()],
	])('429: is sent again when Retry-After, %s, has passed', async (_form, retryAfter) => {
		const account = await pack.account();
		await account.faults({ ...tooMany, headers: { 'Retry-After': retryAfter() } });
		const { items } = await generate(pack, account);
		expect(items[0].json.status).toBe('success');
		const { charges, requests } = await account.ledger();
		const submits = requests.filter(({ route }) => route === 'generate');
		expect(submits.map(({ status }) => status)).toEqual([429, 200]);
		expect(submits[1].at - submits[0].endedAt!).toBeGreaterThanOrEqual(990);
		expect(new Set(submits.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
		expect(charges).toHaveLength(1);
	});

	it('429: backs off by itself where the service names no time', async () => {
		const account = await pack.account();
		await account.faults({ ...tooMany, times: 3 });
		const { items } = await generate(pack, account);
		expect(items[0].json.status).toBe('success');
		const { requests } = await account.ledger();
		const submits = requests.filter(({ route }) => route === 'generate');
		const gaps = submits.slice(1).map(({ at }, index) => at - submits[index].endedAt!);
		// 2 % of 1, 2 and 4 seconds.
		for (const [index, least] of [20, 40, 80].entries())
			expect(gaps[index]).toBeGreaterThanOrEqual(least - 2);
	});

	it('429: is given up at once when the wait would outlast the time limit', async () => {
		const account = await pack.account();
		await account.faults({ ...tooMany, times: -1, headers: { 'Retry-After': '30' } });
		const started = Date.now();
		const { error } = await generate(pack, account, { options: { timeout: 5 } });
		expect(Date.now() - started).toBeLessThan(3_000);
		expect(error).toMatchObject({
			httpCode: '429',
			message: expect.stringContaining('too many requests'),
			description: expect.stringContaining('Lower the Concurrency option'),
			failure: { cause: 'rate-limited', retryAfterMs: 30_000 },
		});
		expect(await account.tally()).toMatchObject({ submits: 1, charges: 0 });
	});

	it('500: is sent again under the same idempotency key', async () => {
		const account = await pack.account();
		await account.faults({ ...broken, times: 2 });
		const { items } = await generate(pack, account);
		expect(items[0].json.status).toBe('success');
		const { requests, charges } = await account.ledger();
		const submits = requests.filter(({ route }) => route === 'generate');
		expect(submits.map(({ status }) => status)).toEqual([500, 500, 200]);
		expect(new Set(submits.map(({ idempotencyKey }) => idempotencyKey))).toEqual(
			new Set([charges[0].idempotencyKey]),
		);
	});

	it('500: is given up after five tries', async () => {
		const account = await pack.account();
		await account.faults({ ...broken, times: -1 });
		const { error } = await generate(pack, account);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '500',
			message: expect.stringContaining('Image3D had an internal error (HTTP 500)'),
			description: expect.stringMatching(/run again.*nothing was charged/),
			failure: { cause: 'temporarily-unavailable' },
		});
		expect(await account.tally()).toMatchObject({ submits: 5, charges: 0 });
	});
});

describe('a task that failed', () => {
	it.each(['error', 'message', 'detail'] as const)(
		'gives the reason under "%s" and its id',
		async (field) => {
			const account = await pack.account();
			await account.faults({ on: 'generate', kind: 'failJob', field, reason: 'The picture shows nothing' });
			const { error } = await generate(pack, account);
			const { charges } = await account.ledger();
			expect(error).toMatchObject({
				name: 'NodeApiError',
				message: 'Image3D could not make this model: The picture shows nothing',
				description: expect.stringContaining(charges[0].taskId),
				context: { task_id: charges[0].taskId, itemIndex: 0 },
			});
			expect((await account.tally()).downloads).toBe(0);
		},
	);
});

describe('a status call that goes wrong', () => {
	it.each([
		['500', { kind: 'status', status: 500 }],
		['502', { kind: 'status', status: 502 }],
		['429', { kind: 'status', status: 429 }],
		['a web page', { kind: 'html' }],
		['malformed JSON', { kind: 'malformedJson' }],
		['nothing', { kind: 'emptyBody' }],
		['a reset', { kind: 'resetBefore' }],
		['a status that nobody knows', { kind: 'unknownStatus' }],
	] as const)('%s: is made again', async (_what, fault) => {
		const account = await pack.account();
		await account.faults({ on: 'status', times: 2, ...fault });
		const { items, error } = await generate(pack, account);
		expect(error).toBeUndefined();
		expect(items[0].json).toMatchObject({ status: 'success', status_checks: 3 });
		expect(await account.tally()).toMatchObject({ submits: 1, charges: 1, checks: 3 });
	});

	it.each([
		['500', { kind: 'status', status: 500 }, 'internal error (HTTP 500)', '500'],
		['a web page', { kind: 'html' }, 'a web page where JSON was expected', '200'],
		['malformed JSON', { kind: 'malformedJson' }, 'unreadable data where JSON was expected', '200'],
		['a reset', { kind: 'resetBefore' }, 'the connection was closed unexpectedly', undefined],
		[
			'a problem with HTTP 200',
			{ kind: 'status', status: 200, body: { error: 'Region moved' } },
			'is: Region moved',
			undefined,
		],
	] as const)('%s: is given up in the end, with the task id', async (_what, fault, message, httpCode) => {
		const account = await pack.account();
		await account.faults({ on: 'status', times: -1, ...fault });
		const { error } = await generate(pack, account, IMPATIENT);
		const [{ taskId }] = (await account.ledger()).charges;
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: expect.stringContaining(message),
			description: expect.stringContaining(`Task ${taskId} is paid for: Image3D Status can fetch its model`),
			context: { task_id: taskId },
		});
		expect((error as { httpCode?: string }).httpCode ?? undefined).toBe(httpCode);
		expect((await account.tally()).checks).toBeGreaterThan(1);
	});

	it('gives up with the task id when the model is not ready in time', async () => {
		const account = await pack.account({ speed: 1 });
		const started = Date.now();
		const { error } = await generate(pack, account, IMPATIENT);
		expect(Date.now() - started).toBeLessThan(4_000);
		const [{ taskId }] = (await account.ledger()).charges;
		expect(error).toMatchObject({
			message: 'The model was not ready after 1 second',
			description: expect.stringMatching(new RegExp(`Raise the Timeout option.*${taskId}`)),
			context: { task_id: taskId },
		});
	});
});

describe('a finished task without a link', () => {
	it('is asked about again, and delivered when the link comes', async () => {
		const account = await pack.account();
		await account.faults({ on: 'status', kind: 'missingModelUrl' });
		const { items, error } = await generate(pack, account);
		expect(error).toBeUndefined();
		expect(items[0].json.model_url).toMatch(/^http.*\.glb/);
		expect(items[0].binary!.data.mimeType).toBe('model/gltf-binary');
	});

	it('fails with its id when none ever comes', async () => {
		const account = await pack.account();
		await account.faults({ on: 'status', kind: 'missingModelUrl', times: -1 });
		const { error } = await generate(pack, account);
		const [{ taskId }] = (await account.ledger()).charges;
		expect(error).toMatchObject({
			message: 'Image3D finished the model but gave no link to it',
			context: { task_id: taskId },
		});
	});
});
