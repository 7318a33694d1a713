/** Image mode: the picture arrives at the service byte for byte, from whichever source it comes. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { generate, itemsOf } from '../../../harness/sandbox/generation';
import { openPack, type Pack } from '../../../harness/sandbox/pack';
import { startWebServer, type WebServer } from '../../../harness/sandbox/webServer';

const PICTURES = join(__dirname, '..', '..', '..', 'templates', 'pictures');
const readPicture = (name: string) => readFileSync(join(PICTURES, name));
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const jpeg = readPicture('coffee-cup.jpg');
const pictures: Array<[string, string, Buffer]> = [
	['PNG', 'image/png', readPicture('gramophone.png')],
	['JPEG', 'image/jpeg', jpeg],
	['WebP', 'image/webp', readPicture('tennis-shoes.webp')],
];

let pack: Pack;
let web: WebServer;

beforeAll(async () => {
	pack = await openPack();
	web = await startWebServer((request, response) => {
		if (request.url === '/moved.jpg') response.writeHead(302, { Location: '/cup.jpg' }).end();
		else response.writeHead(200, { 'Content-Type': 'application/octet-stream' }).end(jpeg);
	});
});

afterAll(async () => {
	await web.close();
	await pack.close();
});

describe('imageSource binary', () => {
	it.each(pictures)('sends a %s file of the default field', async (_kind, mimeType, bytes) => {
		const account = await pack.account();
		const data = await pack.engine.binary(bytes, { mimeType });
		const items = [{ json: {}, binary: { data } }];
		const { items: output } = await generate(pack, account, { mode: 'image' }, { items });
		expect(output[0].json).toMatchObject({ mode: 'image', quality: 'fast', status: 'success' });
		const body = { mode: 'image', quality: 'fast', imageSha256: sha256(bytes), imageBytes: bytes.length };
		expect((await account.ledger()).tasks.map((task) => task.body)).toEqual([body]);
	});

	it('takes the field that is named, and judges the file by its content, not by its MIME type', async () => {
		const account = await pack.account();
		const photo = await pack.engine.binary(jpeg, { mimeType: 'text/plain', fileName: 'photo.txt' });
		const data = await pack.engine.binary(Buffer.from('no picture'), { mimeType: 'image/png' });
		const items = [{ json: {}, binary: { data, photo } }];
		const parameters = { mode: 'image', imageSource: 'binary', binaryPropertyName: 'photo' };
		expect((await generate(pack, account, parameters, { items })).error).toBeUndefined();
		expect((await account.ledger()).tasks[0].body.imageSha256).toBe(sha256(jpeg));
	});

	it('sends a picture of exactly the largest size', async () => {
		const account = await pack.account();
		const bytes = Buffer.concat([jpeg], 10 * 1024 * 1024);
		const data = await pack.engine.binary(bytes, { mimeType: 'image/jpeg' });
		const { error } = await generate(
			pack,
			account,
			{ mode: 'image' },
			{ items: [{ json: {}, binary: { data } }] },
		);
		expect(error).toBeUndefined();
		expect((await account.ledger()).tasks[0].body.imageBytes).toBe(bytes.length);
	});
});

describe('imageSource url', () => {
	it('fetches the picture, across a redirect too, without the sign-in', async () => {
		const account = await pack.account();
		const parameters = { mode: 'image', imageSource: 'url', imageUrl: '={{ $json.link }}' };
		const items = itemsOf({ link: `${web.url}/cup.jpg` }, { link: ` ${web.url}/moved.jpg ` });
		expect((await generate(pack, account, parameters, { items })).items).toHaveLength(2);
		const hash = sha256(jpeg);
		expect((await account.ledger()).tasks.map(({ body }) => body.imageSha256)).toEqual([hash, hash]);
		expect(web.requests.map(({ path }) => path).sort()).toEqual(['/cup.jpg', '/cup.jpg', '/moved.jpg']);
		expect(web.requests.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
	});
});

describe('imageSource base64', () => {
	const base64 = jpeg.toString('base64');

	it.each([
		['plain base64', base64],
		['a data URL', `data:image/jpeg;base64,${base64}`],
		['base64 in lines of 76', base64.replace(/.{76}/g, '$&\n')],
		['base64url without padding', jpeg.toString('base64url')],
	])('takes %s', async (_form, text) => {
		const account = await pack.account();
		const parameters = { mode: 'image', imageSource: 'base64', imageBase64: '={{ $json.text }}' };
		const { error } = await generate(pack, account, parameters, { items: itemsOf({ text }) });
		expect(error).toBeUndefined();
		expect((await account.ledger()).tasks[0].body.imageSha256).toBe(sha256(jpeg));
	});
});
