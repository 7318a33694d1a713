/** Image3D Generate with a memory of paid models. Run against the loopback server and against a real n8n alike. */
import type { TablesPlace } from './dataTablesWriteContract';
import { generate } from './generation';

/** Declares the tests; `place` is there from `beforeAll` on. */
export function describeMemory(place: () => TablesPlace): void {
	let tables = 0;
	const open = async () => {
		const { host, pack } = place();
		const account = await pack.account();
		const memoryTableId = {
			__rl: true,
			mode: 'id',
			value: await host.addTable(`Paid models ${++tables}`, { sku: 'string' }),
		};
		const image3dN8nApi = await pack.engine.credentials.add('image3dN8nApi', {
			instanceUrl: host.url,
			apiKey: host.apiKey,
		});
		const credentials = { ...account.credentials, image3dN8nApi };
		const run = async (prompt: string, options = {}) => {
			const parameters = { rememberModels: true, memoryTableId, prompt, downloadModel: false, options };
			const { items, error } = await generate(pack, { credentials }, parameters);
			if (error !== undefined) throw error;
			return items.map(({ json }) => json);
		};
		const chargesOf = async () => (await account.ledger()).charges.map(({ taskId }) => taskId);
		return { account, run, chargesOf };
	};

	it('pays for a request once, then hands on its model, then leaves it out', async () => {
		const { run, chargesOf } = await open();
		const first = await run('a chair');
		const second = await run('a chair');
		expect(await chargesOf()).toEqual([first[0].task_id]);
		expect(second).toMatchObject([{ task_id: first[0].task_id, status: 'success', reused: true }]);
		expect(await run('a chair', { knownModels: 'leaveOut' })).toEqual([]);
	});

	it('pays once for executions that ask for the same at the same time', async () => {
		const { run, chargesOf } = await open();
		// The columns are there before they meet.
		await run('another chair');
		const runs = await Promise.all([1, 2, 3, 4].map(async () => await run('a chair')));
		const [, ...charges] = await chargesOf();
		expect(charges).toHaveLength(1);
		expect(runs.map(([{ task_id }]) => task_id)).toEqual(runs.map(() => charges[0]));
	});

	it('uses the row of a request that was refused again', async () => {
		const { account, run, chargesOf } = await open();
		await account.faults({ on: 'generate', kind: 'status', status: 400 });
		await expect(run('a chair')).rejects.toMatchObject({ httpCode: '400' });
		const made = await run('a chair');
		expect(await run('a chair', { makeAgain: true })).not.toMatchObject([{ task_id: made[0].task_id }]);
		expect(await chargesOf()).toHaveLength(2);
	});
}
