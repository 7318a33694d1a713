/** One look at a task, or the wait for its end: what Image3D Status puts out, free of charge. */
import type { IDataObject } from 'n8n-workflow';

import { useShortWaits } from '../../../harness/sandbox/dice';
import type { RunNodeOptions } from '../../../harness/engine';
import { generate, itemsOf } from '../../../harness/sandbox/generation';
import { Image3dStatus, usePack, type Account } from '../../../harness/sandbox/pack';

const pack = usePack();
useShortWaits();

async function status(
	{ credentials }: Account,
	input: string | IDataObject | IDataObject[],
	parameters: IDataObject = {},
	more: Partial<RunNodeOptions> = {},
) {
	const jsons = typeof input === 'string' ? [{ task_id: input }] : input;
	return await pack.engine.runNode(Image3dStatus, {
		credentials,
		parameters: { ...parameters, options: { preview: 'off', ...(parameters.options as object) } } as never,
		items: itemsOf(...[jsons].flat()),
		...more,
	});
}

describe('a look at a task', () => {
	it('takes the task id from the item unless told, and says how far the task is', async () => {
		const account = await pack.account();
		const task_id = await account.addTask({ state: 'running', endsInSeconds: 3_600 });
		const { items, error } = await pack.engine.runNode(Image3dStatus, {
			credentials: account.credentials,
			items: itemsOf({ task_id }),
		});
		expect(error).toBeUndefined();
		expect(items).toEqual([
			{
				json: { task_id, status: expect.stringMatching(/queued|processing/), progress: 0, status_checks: 1 },
				pairedItem: { item: 0 },
			},
		]);
		expect(await account.tally()).toEqual({ submits: 0, charges: 0, checks: 1, downloads: 0 });
	});

	it.each([
		['queued', { speed: 0.01 }, 0],
		['processing', { speed: 20 }, 150],
	] as const)('tells a task that is %s', async (word, settings, waitMs) => {
		const account = await pack.account(settings);
		const [{ json }] = (await generate(pack, account, { waitForCompletion: false })).items;
		await new Promise((resolve) => setTimeout(resolve, waitMs));
		const { items } = await status(account, json);
		expect(items[0].json).toMatchObject({ task_id: json.task_id, status: word });
	});

	it('brings the model of a finished task, with its facts', async () => {
		const account = await pack.account({ tinyModels: false });
		const task_id = await account.addTask({ quality: 'standard' });
		const [{ json, binary }] = (await status(account, task_id)).items;
		expect(json).toMatchObject({
			task_id,
			status: 'success',
			progress: 100,
			model_url: expect.stringContaining(task_id),
			status_checks: 1,
			model: { file_size: binary!.data.bytes, pbr: false },
		});
		expect((json.model as { faces: number }).faces).toBeGreaterThan(15_000);
		expect(binary!.data).toMatchObject({ mimeType: 'model/gltf-binary', fileName: `${task_id}.glb` });
		const bytes = await pack.engine.readBinary(binary!.data);
		expect(bytes.readUInt32LE(8)).toBe(bytes.length);
		const { downloads } = await account.ledger();
		expect(downloads).toMatchObject([{ status: 200, complete: true, hadAuthorization: false }]);
	});

	it('leaves the model where it is when it does not download', async () => {
		const account = await pack.account();
		const { items } = await status(account, await account.addTask(), { downloadModel: false });
		expect(items[0].json).toMatchObject({ status: 'success', model_url: expect.stringMatching(/^http/) });
		expect(items[0].binary).toBeUndefined();
		expect((await account.tally()).downloads).toBe(0);
	});

	it('puts the model into the named field, under the name of the item', async () => {
		const account = await pack.account();
		const task_id = await account.addTask();
		const parameters = {
			outputBinaryField: 'glb',
			options: { fileName: '={{ $json.sku }}' },
		};
		const { items } = await status(account, { task_id, sku: 'chair 7' }, parameters);
		expect(Object.keys(items[0].binary!)).toEqual(['glb']);
		expect(items[0].binary!.glb.fileName).toBe('chair 7.glb');
	});

	it('names each file as the item tells of its task, once each, and by the task id where it tells nothing', async () => {
		const account = await pack.account();
		const ids = await Promise.all(Array.from({ length: 6 }, async () => await account.addTask()));
		const told = [
			{ file_name: 'chair.glb', prompt: 'a chair' },
			{ fileName: 'photos/Chair.jpg' },
			{ prompt: 'a "fancy" lamp: 50% off?' },
			{ label: 'a "fancy" lamp: 50% off?' },
			{},
			{ id: ids[5], task_id: 'another', prompt: 'a vase' },
		];
		const jsons = told.map((json, index) => ({ task_id: ids[index], ...json }));
		const taskId = '={{ $json.id ?? $json.task_id }}';
		const { items } = await status(account, jsons, { taskId });
		expect(items.map(({ binary }) => binary!.data.fileName)).toEqual([
			'chair.glb',
			'Chair-2.glb',
			'a fancy lamp 50% off.glb',
			'a fancy lamp 50% off-2.glb',
			`${ids[4]}.glb`,
			`${ids[5]}.glb`,
		]);
	});

	it('gives a task the same name in every round of a loop, and no other task that name', async () => {
		const account = await pack.account();
		const jsons = [
			{ task_id: await account.addTask(), prompt: 'a vase' },
			{ task_id: await account.addTask(), prompt: 'a vase' },
		];
		const to = (node: string) => ({ node, type: 'main' as const, index: 0 });
		const pass = (name: string) => ({ name, type: 'n8n-nodes-base.noOp' });
		const { run } = await pack.engine.run(
			{
				nodes: [
					{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
					pass('First'),
					pass('Second'),
					{
						name: 'Status',
						type: Image3dStatus,
						parameters: { options: { preview: 'off' } },
						credentials: pack.engine.credentials.toReferences(account.credentials),
					},
				],
				connections: {
					Start: { main: [[to('First'), to('Second')]] },
					First: { main: [[to('Status')]] },
					Second: { main: [[to('Status')]] },
				},
			},
			{ startItems: itemsOf(...jsons), startNode: 'Start' },
		);
		const rounds = run.data.resultData.runData.Status.map(({ data }) =>
			data!.main[0]!.map(({ binary }) => binary!.data.fileName),
		);
		const both = ['a vase.glb', 'a vase-2.glb'];
		expect(rounds).toEqual([both, both]);
	});

	it('hands on fields of the service that nobody knows yet', async () => {
		const account = await pack.account();
		const task_id = await account.addTask();
		const body = { task_id, status: 'processing', progress: 3, queue: { place: 4 }, provider: null };
		await account.faults({ on: 'status', kind: 'status', status: 200, body });
		expect((await status(account, task_id)).items[0].json).toEqual({ ...body, status_checks: 1 });
	});

	it('holds the model against the limits of the options', async () => {
		const account = await pack.account();
		const task_id = await account.addTask();
		const budget = { limits: { preset: 'custom', maxFaces: 10 } };
		const { items } = await status(account, task_id, { options: { budget } });
		expect(items[0].json.budget).toEqual({
			passed: false,
			reasons: [expect.stringContaining('at most 10 allowed')],
		});
		const tooLarge = await pack.account({ modelSizeBytes: 2_000_000 });
		const options = { maxModelSizeMb: 1 };
		const { error } = await status(tooLarge, await tooLarge.addTask(), { options });
		expect(error!.message).toContain('larger than the 1 MB');
	});
});

describe('waiting', () => {
	const waiting = { waitForCompletion: true, options: { pollInterval: 0.1 } };

	it('lasts until the task has ended, and brings the model', async () => {
		const account = await pack.account();
		const task_id = await account.addTask({ state: 'running', endsInSeconds: 2 });
		const [{ json, binary }] = (await status(account, task_id, waiting)).items;
		const { checks } = await account.tally();
		expect(json).toMatchObject({ status: 'success', status_checks: checks });
		expect(checks).toBeGreaterThan(2);
		expect(json.duration_ms).toBeGreaterThanOrEqual(400);
		expect(binary!.data.mimeType).toBe('model/gltf-binary');
	});

	it('does not happen for a task that has ended', async () => {
		const account = await pack.account();
		const { items } = await status(account, await account.addTask(), waiting);
		expect(items[0].json.status).toBe('success');
		expect((await account.tally()).checks).toBe(1);
	});

	it('is given up after the time limit, and the error says that the task goes on', async () => {
		const account = await pack.account();
		const task_id = await account.addTask({ state: 'running', endsInSeconds: 60 });
		const options = { pollInterval: 0.2, timeout: 1 };
		const { error } = await status(account, task_id, { waitForCompletion: true, options });
		expect(error).toMatchObject({
			message: 'The model was not ready after 1 second',
			description: expect.stringContaining('The task keeps running at Image3D'),
			context: { task_id },
		});
	});

	it('ends soon when the execution is cancelled', async () => {
		const account = await pack.account();
		const task_id = await account.addTask({ state: 'running', endsInSeconds: 60 });
		const controller = new AbortController();
		const options = { pollInterval: 60 };
		const running = status(
			account,
			task_id,
			{ waitForCompletion: true, options },
			{ signal: controller.signal },
		);
		while ((await account.tally()).checks === 0) await new Promise((resolve) => setTimeout(resolve, 10));
		const cancelledAt = Date.now();
		controller.abort();
		const result = await running;
		// A second for the node; a machine that has other work adds its own.
		expect(Date.now() - cancelledAt).toBeLessThan(5_000);
		expect(result.status).toBe('canceled');
		expect(await account.ledger()).toMatchObject({ openRequests: 0 });
	});
});

describe('after Image3D Generate', () => {
	it('carries mode and quality over, and the task is paid once', async () => {
		const account = await pack.account();
		const picture = await pack.engine.binary(await drawPicture(), { mimeType: 'image/png' });
		const parameters = { mode: 'image', quality: 'standard', waitForCompletion: false };
		const input = [{ json: {}, binary: { data: picture } }];
		const queued = (await generate(pack, account, parameters, { items: input })).items[0].json;
		const options = { pollInterval: 0.1 };
		const { items } = await status(account, queued, { waitForCompletion: true, options });
		expect(items[0].json).toMatchObject({
			task_id: queued.task_id,
			mode: 'image',
			quality: 'standard',
			status: 'success',
		});
		expect(await account.tally()).toMatchObject({ charges: 1, downloads: 1 });
	});

	it('claims neither for the id of another task', async () => {
		const account = await pack.account();
		const item = { task_id: 'another', mode: 'image', quality: 'ultra', id: await account.addTask() };
		const { items } = await status(account, item, { taskId: '={{ $json.id }}', downloadModel: false });
		expect(items[0].json).not.toHaveProperty('mode');
		expect(items[0].json).not.toHaveProperty('quality');
	});

	it('fetches the model of which the download failed', async () => {
		const account = await pack.account();
		await account.faults({ on: 'model', kind: 'status', status: 500, times: 4 });
		const onError = 'continueRegularOutput' as const;
		const failed = (await generate(pack, account, {}, { onError })).items[0].json;
		expect(failed.error).toContain('HTTP 500');
		const { items } = await status(account, failed);
		expect(items[0].binary!.data.fileName).toBe(`${failed.task_id}.glb`);
		expect((await account.tally()).charges).toBe(1);
	});
});

async function drawPicture(): Promise<Buffer> {
	const { default: sharp } = await import('sharp');
	return await sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } })
		.png()
		.toBuffer();
}
