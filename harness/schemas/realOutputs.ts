/** What every node really puts out, in n8n's engine beside the sandbox: the JSON of its items, by the file that describes it. */
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';

import { GlbBuilder, primitiveOf, quadShape } from '../glb/glbBuilder';
import { startDataTables } from '../sandbox/dataTables';
import { openMemory } from '../sandbox/memory';
import {
	Image3dBalance,
	Image3dCheckout,
	Image3dGenerate,
	Image3dModel,
	Image3dStatus,
	Image3dTrigger,
	type Account,
	type Pack,
} from '../sandbox/pack';

/** Parameters under which each operation of Image3D Model puts out all it can. */
const OPERATIONS: Readonly<Record<string, INodeParameters>> = {
	convert: { format: 'usdz' },
	fit: { preset: 'custom', maxFaces: 20_000, maxTextureSide: 64, textureFormat: 'jpeg' },
	inspect: { preset: 'shopify', maxFaces: 10, forPrinting: true },
	page: { title: 'Chair' },
	picture: { view: 'front', size: 128 },
	resize: { dimension: 'height', length: '82', unit: 'cm' },
};

/** Limits that a model breaks, so that the reasons are there. */
const LIMITS = { limits: { preset: 'shopify', maxFaces: 10 } };

/** The JSON of all items, by the path of their schema below `nodes/`. Throws what a node throws. */
export async function collectOutputs(pack: Pack): Promise<Map<string, IDataObject[]>> {
	const account = await pack.account({ plan: 'pro', tinyModels: false });
	const { credentials } = account;
	const made = itemsOf(
		await pack.engine.runNode(Image3dGenerate, {
			credentials,
			parameters: { mode: 'text', prompt: 'a chair', quality: 'pro', options: { budget: LIMITS } },
		}),
	);
	const run = async (node: typeof Image3dStatus | typeof Image3dBalance, parameters: INodeParameters) =>
		jsonOf(itemsOf(await pack.engine.runNode(node, { credentials, parameters })));
	const unwaited = { mode: 'text', prompt: 'a chair', quality: 'fast', waitForCompletion: false };
	const outputs = new Map<string, IDataObject[]>(
		[
			[
				'Image3dGenerate',
				[
					...jsonOf(made),
					...(await run(Image3dGenerate, unwaited)),
					...(await makeRemembered(pack, account)),
				],
			],
			[
				'Image3dStatus',
				await run(Image3dStatus, { taskId: String(made[0].json.task_id), options: { budget: LIMITS } }),
			],
			['Image3dBalance', await run(Image3dBalance, { options: { minimumBalance: 10 } })],
			['Image3dCheckout', await run(Image3dCheckout, { priceId: 'price_starter' })],
			['Image3dTrigger', await watchTable(pack, account, String(made[0].json.task_id))],
		].map(([node, json]) => [`${node as string}/__schema__/v1.0.0.json`, json as IDataObject[]]),
	);
	// Beside the model that was made one of which a printer would complain.
	const open = await pack.engine.binary(Buffer.from(buildPane()), {
		mimeType: 'model/gltf-binary',
		fileName: 'pane.glb',
	});
	const items = [...made.map(({ binary }) => ({ json: {}, binary })), { json: {}, binary: { data: open } }];
	for (const [operation, parameters] of Object.entries(OPERATIONS)) {
		const result = await pack.engine.runNode(Image3dModel, {
			parameters: { operation, ...parameters },
			items,
		});
		outputs.set(`Image3dModel/__schema__/v1.0.0/${operation}.json`, jsonOf(itemsOf(result)));
	}
	return outputs;
}

/** A single pane: all its edges have one face only. */
function buildPane(): Uint8Array {
	const builder = new GlbBuilder();
	builder.node({ mesh: builder.mesh(primitiveOf(builder, quadShape())) });
	return builder.toGlb();
}

/** A model that the memory brings. */
async function makeRemembered(pack: Pack, account: Account): Promise<IDataObject[]> {
	const tables = await startDataTables();
	try {
		const memory = await openMemory(pack, tables);
		await memory.run(account);
		return jsonOf(itemsOf(await memory.run(account)));
	} finally {
		await tables.close();
	}
}

async function watchTable(pack: Pack, { credentials }: Account, taskId: string): Promise<IDataObject[]> {
	const tables = await startDataTables();
	try {
		const tableId = await tables.addTable('tasks', { task_id: 'string' });
		await tables.addRows(tableId, [{ task_id: taskId }]);
		const image3dN8nApi = await pack.engine.credentials.add('image3dN8nApi', {
			instanceUrl: tables.url,
			apiKey: tables.apiKey,
		});
		const { items, error } = await pack.engine
			.poller(Image3dTrigger, {
				credentials: { ...credentials, image3dN8nApi },
				parameters: { taskSource: 'dataTable', dataTableId: { __rl: true, mode: 'id', value: tableId } },
				workflowId: 'output-schemas',
			})
			.poll();
		if (error !== undefined) throw error;
		return jsonOf((items ?? []).flat());
	} finally {
		await tables.close();
	}
}

function itemsOf({ items, error }: { items: INodeExecutionData[]; error?: Error }): INodeExecutionData[] {
	if (error !== undefined) throw error;
	return items;
}

function jsonOf(items: readonly INodeExecutionData[]): IDataObject[] {
	return items.map(({ json }) => json);
}
