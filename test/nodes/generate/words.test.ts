/** The words and names that services really use: a paid model comes home whatever its state, id and link are called. */
import type { FaultOrder } from '../../../sandbox/faults';
import { useShortWaits } from '../../../harness/sandbox/dice';
import { generate } from '../../../harness/sandbox/generation';
import { Image3dStatus, usePack, type Account } from '../../../harness/sandbox/pack';

const pack = usePack();
useShortWaits();

const always = (fault: Omit<FaultOrder, 'on'>): FaultOrder => ({ on: 'status', times: -1, ...fault });

async function readStatus({ credentials }: Account, taskId: unknown, parameters = {}) {
	return await pack.engine.runNode(Image3dStatus, {
		credentials,
		parameters: { taskId: '={{ $json.task_id }}', options: { preview: 'off', timeout: 20 }, ...parameters },
		items: [{ json: { task_id: taskId as string } }],
	});
}

describe('a word for success', () => {
	it.each(['completed', 'Succeeded', 'DONE', 'finished', 'ready'])('(%s) brings the model', async (value) => {
		const account = await pack.account();
		await account.faults(always({ kind: 'statusWord', value, instead: 'success' }));
		const { items, error } = await generate(pack, account);
		expect(error).toBeUndefined();
		expect(items[0]).toMatchObject({
			json: { status: 'success', service_status: value },
			binary: { data: { mimeType: 'model/gltf-binary' } },
		});
		const again = await readStatus(account, items[0].json.task_id);
		expect(again.items[0]).toMatchObject({
			json: { status: 'success' },
			binary: { data: { mimeType: 'model/gltf-binary' } },
		});
		expect((await account.tally()).charges).toBe(1);
	});
});

describe('a word for failed', () => {
	it.each(['error', 'cancelled', 'canceled', 'Expired', 'REJECTED'])(
		'(%s) leaves the ledger: a retry makes a new model',
		async (value) => {
			const account = await pack.account();
			await account.faults(always({ kind: 'statusWord', value, instead: 'success', times: 1 }));
			const first = await generate(pack, account);
			expect(first.error!.message).toBe(`Image3D could not make this model: its status is "${value}"`);
			const second = await pack.engine.retryNode(first);
			expect(second.items[0].json.status).toBe('success');
			expect((await account.tally()).charges).toBe(2);
		},
	);
});

describe('any other word', () => {
	it('means that the task goes on, until it has ended', async () => {
		const account = await pack.account();
		await account.faults(always({ kind: 'statusWord', value: 'rendering', times: 9 }));
		await account.faults({ on: 'status', kind: 'missingModelUrl', times: 9 });
		const { items, error } = await generate(pack, account);
		expect(error).toBeUndefined();
		expect(items[0].json).toMatchObject({ status: 'success', status_checks: 10 });
	});

	it('is waited for until the timeout, and shown as it came', async () => {
		const account = await pack.account();
		await account.faults(always({ kind: 'unknownStatus', value: 'Rendering (2/3)' }));
		const { error } = await generate(pack, account, { options: { timeout: 1 } });
		const [{ taskId }] = (await account.ledger()).charges;
		expect(error).toMatchObject({
			message: expect.stringContaining('was not ready'),
			description: expect.stringContaining('status "Rendering (2/3)"'),
			context: { task_id: taskId },
		});
		const { items } = await readStatus(account, taskId);
		expect(items[0].json.status).toBe('Rendering (2/3)');
	});

	it('does not keep a task from being paid for once: a retry finds it', async () => {
		const account = await pack.account();
		await account.faults(always({ kind: 'unknownStatus' }));
		const first = await generate(pack, account, { options: { timeout: 1 } });
		await account.clearFaults();
		const second = await pack.engine.retryNode(first);
		expect(second.items[0].json.status).toBe('success');
		expect((await account.tally()).charges).toBe(1);
	});
});

it.each(['percent', 'share'] as const)('progress as a %s is read', async (as) => {
	const account = await pack.account({ speed: 1 });
	await account.faults(always({ kind: 'progressAs', as }));
	const { error } = await generate(pack, account, { options: { timeout: 2.5 } });
	const [, done] = /(\d+) % done/.exec(error!.description!)!;
	expect(Number(done)).toBeGreaterThan(9);
	expect(Number(done)).toBeLessThan(40);
});

describe('names that are not documented', () => {
	it.each<[string, Partial<FaultOrder>, Partial<FaultOrder>]>([
		['taskId, modelUrl', { idAs: 'taskId' }, { linkAs: 'modelUrl' }],
		['id, url', { idAs: 'id' }, { linkAs: 'url' }],
		['data', { inside: 'data' }, { inside: 'data' }],
		['data.id, model.url', { idAs: 'data.id' }, { linkAs: 'model.url' }],
		['model_urls.glb', {}, { linkAs: 'model_urls.glb' }],
		['result.model_url', {}, { linkAs: 'result.model_url' }],
	])('%s: the model comes, and Status finds it again', async (_names, generated, told) => {
		const account = await pack.account();
		await account.faults(
			{ on: 'generate', kind: 'renamed', ...generated },
			always({ kind: 'renamed', ...told }),
		);
		const { items, error } = await generate(pack, account);
		expect(error).toBeUndefined();
		const [{ taskId }] = (await account.ledger()).charges;
		expect(items[0]).toMatchObject({
			json: { task_id: taskId, model_url: expect.stringContaining(taskId) },
			binary: { data: { mimeType: 'model/gltf-binary' } },
		});
		const again = await readStatus(account, taskId, { downloadModel: false });
		expect(again.items[0].json).toMatchObject({
			task_id: taskId,
			model_url: expect.stringContaining(taskId),
		});
	});

	it('a number for an id: Generate puts out its digits, Status takes digits and number', async () => {
		const account = await pack.account({ numericIds: true });
		const { items } = await generate(pack, account);
		const { task_id: taskId } = items[0].json;
		expect(taskId).toMatch(/^\d+$/);
		for (const id of [taskId, Number(taskId)]) {
			const { items: found } = await readStatus(account, id);
			expect(found[0]).toMatchObject({ json: { task_id: taskId }, binary: { data: {} } });
		}
	});
});

describe('an accepted answer without an id', () => {
	it.each([
		[{ queue: 'gpu-2', ref: 'abc' }, '{"queue":"gpu-2","ref":"abc"}'],
		[{ error: 'Model overloaded' }, 'Model overloaded'],
		[{ success: false, message: 'Try the other region' }, 'Try the other region'],
		[{ success: false, data: { detail: 'No GPU' } }, 'No GPU'],
	])('%j is quoted in the error and the log, and not sent again', async (body, said) => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'status', status: 200, body, accepted: true, times: -1 });
		const before = pack.engine.logs.length;
		const first = await generate(pack, account);
		expect(first.error!.message).toContain(`carried no task ID: ${said}`);
		expect(first.error!.description).toContain('may have been charged');
		const lines = pack.engine.logs.slice(before).map(({ level, message }) => `${level}: ${message}`);
		expect(lines).toContainEqual(expect.stringMatching(/^warn: .*\(execution \S+, node "[^"]+"\)$/));
		expect(lines.join('\n')).toContain(said);
		expect((await pack.engine.retryNode(first)).error!.message).toContain('never confirmed');
		expect(await account.tally()).toMatchObject({ submits: 1, charges: 1 });
	});

	it('is quoted in the error without its secrets', async () => {
		const account = await pack.account();
		const body = { echo: `Bearer ${account.user.idToken}`, link: 'https://a.test/?token=s3cr3t' };
		await account.faults({ on: 'generate', kind: 'status', status: 200, body, accepted: true });
		const { error } = await generate(pack, account);
		expect(error!.message).not.toContain(account.user.idToken.slice(0, 30));
		expect(error!.message).not.toContain('s3cr3t');
	});
});
