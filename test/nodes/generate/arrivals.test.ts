/** Models as networks and services really send them: compressed, late, with a tail, in another format. Each was paid for. */
import type { FaultOrder } from '../../../sandbox/faults';
import { inAcceleratedTime, useAcceleratedClock } from '../../../harness/sandbox/acceleratedClock';
import { generate } from '../../../harness/sandbox/generation';
import { OTHER_FORMATS } from '../../../harness/sandbox/otherFormatNames';
import { usePack, type Account } from '../../../harness/sandbox/pack';

/** The two minutes for a first byte pass in three seconds. */
const ACCELERATION = 40;

useAcceleratedClock();

const pack = usePack();

const inFastTime = async <T>(work: () => Promise<T>) =>
	await inAcceleratedTime(ACCELERATION, () => 0.02, work);

async function accountWith(fault: Omit<FaultOrder, 'on'>, settings = {}): Promise<Account> {
	const account = await pack.account(settings);
	await account.faults({ on: 'model', ...fault });
	return account;
}

/** The model came whole, with one download of it. */
async function arrived(account: Account) {
	const { items, error } = await inFastTime(async () => await generate(pack, account));
	expect(error).toBeUndefined();
	const bytes = await pack.engine.readBinary(items[0].binary!.data);
	expect(bytes.readUInt32LE(8)).toBe(bytes.length);
	expect(items[0].json.model).toMatchObject({ file_size: bytes.length });
	expect(await account.tally()).toMatchObject({ charges: 1, downloads: 1 });
	return items[0].json;
}

describe('compressed on the way', () => {
	it.each(['gzip', 'br', 'deflate'] as const)(
		'with %s, though asked not to: the model arrives',
		async (encoding) => {
			// More than a chunk, and smaller on the way than it is.
			const account = await accountWith({ kind: 'compressed', encoding }, { modelSizeBytes: 300_000 });
			expect(await arrived(account)).not.toHaveProperty('model_hint');
		},
	);

	it('is not, where the host heeds that no compression is asked for', async () => {
		const account = await accountWith({ kind: 'compressed', polite: true }, { modelSizeBytes: 300_000 });
		await arrived(account);
		const [{ bytes }] = (await account.ledger()).downloads;
		expect(bytes).toBe(300_000);
	});

	it.each(['gzip', 'br'] as const)('with %s and cut short is still a failure', async (encoding) => {
		const account = await accountWith({ kind: 'compressed', encoding, shortBy: 30, times: -1 });
		const { error } = await inFastTime(async () => await generate(pack, account));
		expect(error!.message).toMatch(/not a whole GLB model|broke off/);
		expect(await account.tally()).toMatchObject({ charges: 1, downloads: 4 });
	});
});

describe('late', () => {
	it.each([
		['the headers after 45 seconds', {}],
		['the first byte 45 seconds behind the headers', { afterHeaders: true }],
		['the headers after 100 seconds', { ms: 100_000 / ACCELERATION }],
	])('%s: waited for', async (_what, fault) => {
		await arrived(await accountWith({ kind: 'late', ms: 45_000 / ACCELERATION, ...fault }));
	});

	it('nothing for two minutes: given up after two tries, not four', async () => {
		const account = await accountWith({ kind: 'late', ms: 60_000, times: -1 });
		const { error } = await inFastTime(async () => await generate(pack, account));
		expect(error).toMatchObject({
			message: 'The download of the model broke off: its server sent nothing for 2 minutes',
			description: expect.stringContaining('Image3D Status can fetch its model later'),
			context: { task_id: expect.any(String) },
		});
		expect(await account.tally()).toMatchObject({ charges: 1, downloads: 2 });
	});

	it('a drip of single bytes ends', async () => {
		const account = await accountWith({ kind: 'drip', ms: 200 / ACCELERATION, times: -1 });
		const { error } = await inFastTime(async () => await generate(pack, account));
		expect(error!.message).toContain('slower than 16 KB a second');
		expect(await account.tally()).toMatchObject({ charges: 1, downloads: 2 });
	});
});

describe('with bytes behind its end', () => {
	it.each([1, 4, 4_096, 3_000_000, -1])(
		'(%i): the model alone is delivered, and the item says so',
		async (bytes) => {
			const account = await accountWith({ kind: 'padded', bytes });
			const { model_hint: hint } = await arrived(account);
			expect(hint).toMatch(/has more data after the \d+ bytes of the model/);
		},
	);

	it('and a size limit that only the tail breaks: delivered', async () => {
		const account = await accountWith({ kind: 'padded', bytes: 5_000_000 });
		const { items } = await generate(pack, account, { options: { maxModelSizeMb: 1 } });
		expect(items[0].binary?.data).toBeDefined();
	});

	it('is no reason to be content with less', async () => {
		const account = await accountWith({ kind: 'truncate', withoutLength: true, atBytes: 400, times: 1 });
		const { items } = await inFastTime(async () => await generate(pack, account));
		expect(items[0].binary?.data).toBeDefined();
		expect(await account.tally()).toMatchObject({ charges: 1, downloads: 2 });
	});
});

describe('in another format', () => {
	it.each(OTHER_FORMATS)('%s is named, and fetched once', async (format, name) => {
		const account = await accountWith({ kind: 'otherFormat', format, times: -1 });
		const { items } = await generate(pack, account, {}, { onError: 'continueRegularOutput' });
		const [{ taskId }] = (await account.ledger()).charges;
		expect(items[0].json).toMatchObject({
			error: `The link to the model leads to ${name}, not to a GLB model`,
			hint: expect.stringMatching(new RegExp(`HTTP Request node.*Task ${taskId} is paid for\\.`)),
			task_id: taskId,
			model_url: expect.stringContaining(taskId),
		});
		expect(await account.tally()).toMatchObject({ charges: 1, downloads: 1 });
	});
});
