/** The option Simplify in every node that puts out models: few fields when it is on, all of them when it is not there. */
import { useAcceleratedClock } from '../../harness/sandbox/acceleratedClock';
import { generate, itemsOf } from '../../harness/sandbox/generation';
import { Image3dStatus, Image3dTrigger, usePack } from '../../harness/sandbox/pack';

useAcceleratedClock();

const pack = usePack();

const OF_GENERATE = ['mode', 'model', 'model_url', 'quality', 'status', 'task_id'];
const ALL_OF_GENERATE = [...OF_GENERATE, 'duration_ms', 'progress', 'provider', 'status_checks'].sort();
const namesIn = (json: object) => Object.keys(json).sort();

describe('Image3D Generate', () => {
	it('puts out the few fields, with the whole file', async () => {
		const account = await pack.account();
		const [item] = (await generate(pack, account, { options: { simplify: true } })).items;
		expect(namesIn(item.json)).toEqual(OF_GENERATE);
		expect(namesIn(item.json.model as object)).toEqual(['bounding_box', 'faces', 'file_size']);
		expect(item).toMatchObject({
			binary: { data: { mimeType: 'model/gltf-binary' } },
			pairedItem: { item: 0 },
		});
	});

	it.each([[{}], [{ simplify: false }]])('puts out everything with the options %j', async (options) => {
		const account = await pack.account();
		const [{ json }] = (await generate(pack, account, { options })).items;
		expect(namesIn(json)).toEqual(ALL_OF_GENERATE);
	});

	it('keeps what tells a skipped item from a finished one', async () => {
		const account = await pack.account();
		const options = { simplify: true, spendLimit: 0 };
		const [{ json }] = (await generate(pack, account, { options })).items;
		expect(json).toMatchObject({ status: 'skipped', reason: expect.stringContaining('Spend Limit') });
	});
});

it('Image3D Status puts out the few fields', async () => {
	const account = await pack.account();
	const task_id = await account.addTask();
	const read = async (options: object) =>
		await pack.engine.runNode(Image3dStatus, {
			credentials: account.credentials,
			parameters: { downloadModel: false, options } as never,
			items: itemsOf({ task_id }),
		});
	const [simple] = (await read({ simplify: true })).items;
	expect(namesIn(simple.json)).toEqual(['model_url', 'status', 'task_id']);
	const [whole] = (await read({})).items;
	expect(whole.json).toMatchObject({ task_id, progress: 100, status_checks: 1 });
});

it('Image3D Trigger puts out the few fields', async () => {
	const account = await pack.account();
	const taskIds = await account.addTask();
	const poll = async (options: object) => {
		const poller = pack.engine.poller(Image3dTrigger, {
			credentials: account.credentials,
			parameters: { taskIds, downloadModel: false, options } as never,
			workflowId: `simplify-${JSON.stringify(options)}`,
		});
		return (await poller.poll()).items![0][0].json;
	};
	const simple = await poll({ simplify: true });
	expect(namesIn(simple)).toEqual(['model_url', 'status', 'task_id']);
	expect(await poll({})).toMatchObject({ task_id: taskIds, progress: 100 });
});
