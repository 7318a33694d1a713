/** With binary data kept in memory (no files) pictures and models pass all the same. */
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
