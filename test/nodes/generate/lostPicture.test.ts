/** A retry whose picture is gone: the model that is paid for comes all the same, or is told of. */
import type { IBinaryData } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { useShortWaits } from '../../../harness/sandbox/dice';
import { NODE_NAME } from '../../../harness/engine/runNode';
import { generate, parametersFor } from '../../../harness/sandbox/generation';
import { Image3dGenerate, usePack, type Account } from '../../../harness/sandbox/pack';
import { startWebServer } from '../../../harness/sandbox/webServer';

const jpeg = readFileSync(join(__dirname, '..', '..', '..', 'templates', 'pictures', 'coffee-cup.jpg'));
const png = readFileSync(join(__dirname, '..', '..', '..', 'templates', 'pictures', 'gramophone.png'));

const pack = usePack();
useShortWaits();

const IMAGE = { mode: 'image', options: { concurrency: 1 } };

const store = async (bytes: Buffer) => await pack.engine.binary(bytes, { mimeType: 'image/jpeg' });
const itemsWith = (...pictures: IBinaryData[]) => pictures.map((data) => ({ json: {}, binary: { data } }));

/** One run whose tasks are paid for and then cannot be watched. */
async function failAfterSubmit(account: Account, items: ReturnType<typeof itemsWith>, parameters = IMAGE) {
	await account.faults({ on: 'status', kind: 'status', status: 500, times: -1 });
	const failed = await generate(pack, account, parameters, { items });
	expect(failed.status).toBe('error');
	await account.clearFaults();
	return failed;
}

const chargesOf = async (account: Account) => (await account.ledger()).charges.map(({ taskId }) => taskId);

it('of a file that n8n has pruned brings the model that was paid for', async () => {
	const account = await pack.account();
	const failed = await failAfterSubmit(account, itemsWith(await store(jpeg)));
	await pack.engine.pruneBinary();
	const { items, error } = await pack.engine.retryNode(failed);
	expect(error).toBeUndefined();
	const [paid, ...more] = await chargesOf(account);
	expect(more).toEqual([]);
	expect(items).toMatchObject([{ json: { task_id: paid, mode: 'image', status: 'success' } }]);
	expect(items[0].binary?.data.mimeType).toBe('model/gltf-binary');
});

it('of a link that is dead by now brings it, too', async () => {
	const account = await pack.account();
	let isDead = false;
	const web = await startWebServer((_request, response) => {
		if (isDead) response.writeHead(404).end();
		else response.end(jpeg);
	});
	try {
		const parameters = { ...IMAGE, imageSource: 'url', imageUrl: `${web.url}/cup.jpg` };
		const failed = await failAfterSubmit(account, [{ json: {}, binary: {} as never }], parameters);
		isDead = true;
		const { items } = await pack.engine.retryNode(failed);
		expect(items).toMatchObject([{ json: { task_id: (await chargesOf(account))[0], status: 'success' } }]);
		expect(await account.tally()).toMatchObject({ submits: 1, charges: 1 });
	} finally {
		await web.close();
	}
});

it('is told of where it was never sent, with what else was paid for, and nothing is sent', async () => {
	const account = await pack.account();
	const items = itemsWith(await store(jpeg), await store(png));
	const failed = await failAfterSubmit(account, items);
	const paid = await chargesOf(account);
	expect(paid).toHaveLength(1);
	await pack.engine.pruneBinary();
	const { error } = await pack.engine.retryNode(failed);
	expect(error).toMatchObject({
		message: "The picture is no longer in n8n's storage (item 2)",
		description: expect.stringMatching(
			new RegExp(`n8n deletes the files.*in this try\\..*paid for: ${paid[0]}\\. Image3D Status`),
		),
	});
	expect(await account.tally()).toMatchObject({ submits: 1, charges: 1 });
});

it('under Continue brings what was paid for, and says of the other that its picture is gone', async () => {
	const account = await pack.account();
	const [jpegFile, pngFile] = [await store(jpeg), await store(png)];
	const failed = await failAfterSubmit(account, itemsWith(jpegFile, pngFile));
	await pack.engine.pruneBinary();
	const to = (name: string) => ({ node: name, type: 'main' as const, index: 0 });
	const current = {
		nodes: [
			{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
			{
				name: NODE_NAME,
				type: Image3dGenerate,
				parameters: parametersFor(IMAGE),
				credentials: pack.engine.credentials.toReferences(account.credentials),
				onError: 'continueRegularOutput' as const,
			},
		],
		connections: { Start: { main: [[to(NODE_NAME)]] } },
	};
	const items = (await pack.engine.retry(failed.result, { current })).items(NODE_NAME);
	const [paid] = await chargesOf(account);
	expect(items).toMatchObject([
		{ json: { task_id: paid, status: 'success' } },
		{ json: { error: "The picture is no longer in n8n's storage" } },
	]);
	expect(await account.tally()).toMatchObject({ submits: 1, charges: 1 });
});

it('does not make up for an unconfirmed submit: what may have been charged is said', async () => {
	const account = await pack.account();
	await account.faults({ on: 'generate', kind: 'resetAfter' });
	const failed = await generate(pack, account, IMAGE, { items: itemsWith(await store(jpeg)) });
	await pack.engine.pruneBinary();
	const { error } = await pack.engine.retryNode(failed);
	expect(error).toMatchObject({
		message: expect.stringMatching(/never confirmed.*no longer in n8n's storage/),
		description: expect.stringContaining('may have been charged'),
	});
	expect(await account.tally()).toMatchObject({ submits: 1, charges: 1 });
});

it('takes for each item what was paid for its own picture', async () => {
	const account = await pack.account();
	const items = itemsWith(await store(jpeg), await store(png), await store(jpeg));
	await account.faults({ on: 'status', kind: 'status', status: 500, times: -1 });
	const parameters = { mode: 'image', options: { concurrency: 3 } };
	const failed = await generate(pack, account, parameters, { items });
	await account.clearFaults();
	const before = await account.ledger();
	expect(before.charges).toHaveLength(3);
	await pack.engine.pruneBinary();
	const { items: output } = await pack.engine.retryNode(failed);
	const sent = new Map(before.tasks.map((task) => [task.taskId, task.body.imageSha256]));
	const [a, b, c] = output.map(({ json }) => sent.get(String(json.task_id)));
	expect(a).toBe(c);
	expect(b).not.toBe(a);
	expect(new Set(output.map(({ json }) => json.task_id)).size).toBe(3);
	expect((await account.tally()).charges).toBe(3);
});

it('without anything left to find says only that it is gone', async () => {
	const account = await pack.account();
	const items = itemsWith(await store(jpeg));
	await pack.engine.pruneBinary();
	const { error } = await generate(pack, account, IMAGE, { items });
	expect(error).toMatchObject({
		message: "The picture is no longer in n8n's storage",
		description: expect.stringMatching(/Nothing was charged\.$/),
	});
	expect((await account.ledger()).requests).toEqual([]);
});
