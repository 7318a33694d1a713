/** The memory of paid models in a real n8n: what a killed run has paid for, and nights of a catalog in which little changes. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import type { Execution, Item, Workflow } from '../../harness/n8n/types';
import { say } from '../../harness/process/say';
import { addAccount, type StageAccount } from '../../harness/e2e/account';
import { addDataTable, addN8nCredential, type DataTable } from '../../harness/e2e/dataTable';
import { MEMORY_COLUMNS } from '../../nodes/shared/core/purchase/memory/memoryRow';
import { useStage } from '../../harness/e2e/stage';
import { chain, START, type Step } from '../../harness/e2e/workflow';

const RUN_TIMEOUT_MS = 240_000;
const LOOK_MS = 100;
const GENERATE = 'Image3D Generate';

jest.setTimeout(4 * RUN_TIMEOUT_MS);

const stage = useStage();

/** Pictures that differ, some hundred bytes each; `round` changes what is in them. */
async function draw(folder: string, names: string[], round = 0): Promise<void> {
	mkdirSync(folder, { recursive: true });
	for (const name of names) {
		const index = Number(/\d+/.exec(name)![0]);
		const background = { r: index % 256, g: round * 40, b: 128 };
		await sharp({ create: { width: 64, height: 64, channels: 3, background } })
			.png()
			.toFile(join(folder, name));
	}
}

const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `picture-${index}.png`);

interface Case {
	account: StageAccount;
	table: DataTable;
	workflow: Workflow;
}

/** A workflow that reads every picture of the folder and makes a model of each, with a memory of its own. */
async function prepare(name: string, account: StageAccount, folder: string, options: object): Promise<Case> {
	const key = await addN8nCredential(stage, name);
	const table = await addDataTable(key, name, [...MEMORY_COLUMNS]);
	const steps: Step[] = [
		START,
		{
			name: 'Pictures',
			type: 'n8n-nodes-base.readWriteFile',
			parameters: { fileSelector: `${folder.replaceAll('\\', '/')}/*.png`, options: {} },
		},
		{
			name: GENERATE,
			type: 'n8n-nodes-image3d.image3dGenerate',
			parameters: {
				mode: 'image',
				quality: 'fast',
				rememberModels: true,
				memoryTableId: { __rl: true, mode: 'id', value: table.id },
				options: { preview: 'off', ...options },
			},
			credentials: { ...account.credentials, ...key.credentials },
			onError: 'continueRegularOutput',
		},
	];
	return { account, table, workflow: await stage.client.saveWorkflow(chain(name, steps)) };
}

async function run({ workflow }: Pick<Case, 'workflow'>): Promise<Item[]> {
	const id = await stage.client.run(workflow, START.name);
	return itemsOf(await stage.client.waitForExecution(id, RUN_TIMEOUT_MS));
}

function itemsOf({ data }: Execution): Item[] {
	expect(data.resultData.error).toBeUndefined();
	return data.resultData.runData[GENERATE][0].data!.main![0]!;
}

const chargesOf = async ({ account }: Pick<Case, 'account'>) =>
	(await account.sandbox.ledger(account.uid)).charges.map(({ taskId }) => taskId);

async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
	for (const deadline = Date.now() + RUN_TIMEOUT_MS; !(await isSo()); await sleep(LOOK_MS))
		if (Date.now() > deadline) throw new Error('It did not come about');
}

describe('30 pictures whose run is killed in the middle', () => {
	it('are 30 models and 30 charges when the workflow is run again', async () => {
		const folder = join(stage.folders.models, 'killed');
		await draw(folder, namesOf(30));
		const account = await addAccount(stage, { speed: 4, plan: 'pack', credits: 1_000 });
		const tried = await prepare('Killed', account, folder, { pollInterval: 0.5 });
		const broken = await stage.client.run(tried.workflow, START.name);
		// Some are made, some are being made, some are not sent yet.
		await waitUntil(async () => (await chargesOf(tried)).length >= 13);
		await stage.restart('kill');
		const before = await chargesOf(tried);
		expect(before.length).toBeLessThan(30);

		const items = await run(tried);
		expect((await stage.client.execution(broken)).status).toBe('crashed');
		expect(items).toHaveLength(30);
		// At the moment of the kill a request may have been on its way.
		const inDoubt = items.filter(({ json }) => json.error !== undefined);
		expect(inDoubt.length).toBeLessThanOrEqual(5);
		for (const { json } of inDoubt) {
			expect(json.may_be_charged).toBe(true);
			expect(json.error).toMatch(
				new RegExp(`^Execution ${broken} .* never learned whether Image3D accepted`),
			);
		}
		const models = items.filter(({ json }) => json.error === undefined);
		const reused = models.filter(({ json }) => json.reused === true);
		for (const { binary } of models) await expectGlb(binary!.data.id!);
		const taskIds = models.map(({ json }) => String(json.task_id));
		expect(new Set(taskIds).size).toBe(models.length);
		const after = await chargesOf(tried);
		const paidInDoubt = after.filter((taskId) => !taskIds.includes(taskId));
		expect(paidInDoubt.length).toBeLessThanOrEqual(inDoubt.length);
		expect(after.length - paidInDoubt.length).toBe(models.length);
		expect(reused.map(({ json }) => json.task_id).sort()).toEqual(
			before.filter((taskId) => !paidInDoubt.includes(taskId)).sort(),
		);

		// What is in doubt is sent again when the user says so, and all 30 are there.
		const { nodes } = tried.workflow;
		const options = nodes.find(({ name }) => name === GENERATE)!.parameters.options as object;
		Object.assign(options, { onUncertainCharge: 'submitAgain' });
		const all = await run({ workflow: await stage.client.saveWorkflow(tried.workflow) });
		expect(all.filter(({ json }) => json.error !== undefined)).toEqual([]);
		expect(new Set(all.map(({ json }) => json.task_id)).size).toBe(30);
		expect(await chargesOf(tried)).toHaveLength(30 + paidInDoubt.length);
		const states = (await tried.table.rows()).map(({ state }) => state);
		expect(states.filter((state) => state === 'delivered')).toHaveLength(30);
		say(
			`\n  ${before.length} charges before the kill, ${after.length} in the end; ${reused.length} models taken over, ${inDoubt.length} in doubt\n`,
		);
	});
});

describe('a catalog of 200 pictures', () => {
	it('pays for 200 the first night, for 3 when 3 have changed, and for 200 when all have', async () => {
		const folder = join(stage.folders.models, 'catalog');
		const names = namesOf(200);
		await draw(folder, names);
		const account = await addAccount(stage, { speed: 1e6, plan: 'pack', credits: 10_000 });
		const options = { pollInterval: 0.1, concurrency: 20, knownModels: 'leaveOut' };
		const catalog = await prepare('Catalog', account, folder, options);
		const night = async () => {
			const before = await account.sandbox.ledger(account.uid);
			const startedMs = Date.now();
			const items = await run(catalog);
			const after = await account.sandbox.ledger(account.uid);
			expect(items.filter(({ json }) => json.error !== undefined)).toEqual([]);
			say(
				`\n  ${items.length} models, ${after.charges.length - before.charges.length} charges, ${after.requests.length - before.requests.length} requests to the service, ${((Date.now() - startedMs) / 1000).toFixed(1)} s\n`,
			);
			return { items, charges: after.charges.length - before.charges.length };
		};
		const first = await night();
		expect(first.charges).toBe(200);
		expect(first.items).toHaveLength(200);

		expect(await night()).toEqual({ items: [], charges: 0 });

		const changed = names.slice(40, 43);
		await draw(folder, changed, 1);
		const second = await night();
		expect(second.charges).toBe(3);
		expect(second.items.map(({ json }) => json.reused)).toEqual([undefined, undefined, undefined]);

		await draw(folder, names, 2);
		expect((await night()).charges).toBe(200);
		expect(readdirSync(folder)).toHaveLength(200);
		rmSync(folder, { recursive: true });
	});
});

async function expectGlb(id: string): Promise<void> {
	const bytes = await stage.client.binary(id);
	expect(bytes.subarray(0, 4).toString()).toBe('glTF');
	expect(bytes.readUInt32LE(8)).toBe(bytes.length);
}
