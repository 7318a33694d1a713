/** With binary data kept in memory (no files) pictures and models pass all the same. */
import type { IBinaryData } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { useShortWaits } from '../../../harness/sandbox/dice';
import { generate } from '../../../harness/sandbox/generation';
import { usePack } from '../../../harness/sandbox/pack';

const pack = usePack({ binaryMode: 'memory' });

useShortWaits();

const photo = readFileSync(join(__dirname, '..', '..', '..', 'templates', 'pictures', 'coffee-cup.jpg'));

it('sends a picture that is inside the item and puts the model inside the item', async () => {
	const account = await pack.account();
	const data = await pack.engine.binary(photo, { mimeType: 'image/jpeg' });
	expect(data.id).toBeUndefined();
	const { items } = await generate(
		pack,
		account,
		{ mode: 'image' },
		{ items: [{ json: {}, binary: { data } }] },
	);
	const model = items[0].binary!.data;
	expect(model).toMatchObject({ mimeType: 'model/gltf-binary', fileName: `${items[0].json.task_id}.glb` });
	expect(model.id).toBeUndefined();
	const bytes = await pack.engine.readBinary(model);
	expect(bytes.toString('latin1', 0, 4)).toBe('glTF');
	expect(items[0].json.model).toMatchObject({ file_size: bytes.length, faces: expect.any(Number) });
});

it('fetches a model again that was cut short', async () => {
	const account = await pack.account();
	await account.faults({ on: 'model', kind: 'truncate', withoutLength: true });
	const { items } = await generate(pack, account);
	const bytes = await pack.engine.readBinary(items[0].binary!.data);
	expect(bytes.readUInt32LE(8)).toBe(bytes.length);
	expect((await account.tally()).downloads).toBe(2);
});

describe('of a file whose content a Code node has put together', () => {
	/** Several of it, so that what the first leaves behind meets another, and a file as n8n makes it. */
	const makeFrom = async (content: unknown) => {
		const account = await pack.account();
		const data = await pack.engine.binary(photo, { mimeType: 'image/jpeg' });
		const strange = { mimeType: 'image/jpeg', fileName: 'cup.jpg', data: content } as IBinaryData;
		const { items } = await generate(
			pack,
			account,
			{ mode: 'image', downloadModel: false, options: { concurrency: 1 } },
			{
				items: [strange, strange, data].map((file) => ({ json: {}, binary: { data: file } })),
				onError: 'continueRegularOutput',
			},
		);
		return { items, submits: (await account.tally()).submits };
	};

	it.each([
		['nothing', undefined],
		['null', null],
		['a number', 12],
	])('says that it cannot be read where it is %s, and makes the others', async (_what, content) => {
		const { items, submits } = await makeFrom(content);
		const unreadable = {
			error: expect.stringContaining("could not be read from n8n's storage"),
			hint: expect.stringContaining('Nothing was charged.'),
			file_name: 'cup.jpg',
		};
		expect(items).toMatchObject([
			{ json: unreadable, pairedItem: { item: 0 } },
			{ json: unreadable, pairedItem: { item: 1 } },
			{ json: { status: 'success' }, pairedItem: { item: 2 } },
		]);
		expect(submits).toBe(1);
	});

	it('sends the picture that a Buffer as JSON is', async () => {
		const { items, submits } = await makeFrom(photo.toJSON());
		expect(items.map(({ json }) => json.status)).toEqual(['success', 'success', 'success']);
		expect(submits).toBe(3);
	});
});

it('refuses a file that is no picture before anything is sent', async () => {
	const account = await pack.account();
	const data = await pack.engine.binary(Buffer.from('%PDF-1.7'), { mimeType: 'image/png' });
	const { error } = await generate(
		pack,
		account,
		{ mode: 'image' },
		{ items: [{ json: {}, binary: { data } }] },
	);
	expect(error!.message).toContain('The file in "data" is a PDF document');
	expect((await account.tally()).submits).toBe(0);
});
