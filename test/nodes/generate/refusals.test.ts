/** Bad input: named with its remedy, before a credit is spent. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { generate, itemsOf } from '../../../harness/sandbox/generation';
import { openPack, type Account, type Pack } from '../../../harness/sandbox/pack';
import { startWebServer, type WebServer } from '../../../harness/sandbox/webServer';

const NOTHING_SPENT = { submits: 0, charges: 0, checks: 0, downloads: 0 };
const IMAGE = { mode: 'image' };
const BY_URL = { mode: 'image', imageSource: 'url', imageUrl: '={{ $json.link }}' };
const BY_TEXT = { mode: 'image', imageSource: 'base64', imageBase64: '={{ $json.text }}' };

let pack: Pack;
let account: Account;
let web: WebServer;

beforeAll(async () => {
	pack = await openPack();
	account = await pack.account();
	web = await startWebServer((request, response) => {
		if (request.url === '/gone.jpg') response.writeHead(404).end();
		else response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end('<!doctype html><h1>Shop</h1>');
	});
});

afterAll(async () => {
	await web.close();
	await pack.close();
});

async function fileItem(content: Buffer, field = 'data'): Promise<INodeExecutionData> {
	return { json: {}, binary: { [field]: await pack.engine.binary(content, { mimeType: 'image/png' }) } };
}

interface Refusal {
	parameters: IDataObject;
	item?: () => INodeExecutionData | Promise<INodeExecutionData>;
	/** Parts of message and remedy. */
	message: string | RegExp;
	remedy: string;
}

const json = (fields: IDataObject) => () => ({ json: fields });
const tenMegabytes = Buffer.alloc(10 * 1024 * 1024, 0);

const refusals: Record<string, Refusal> = {
	'an empty prompt': {
		parameters: { prompt: '={{ $json.prompt }}' },
		item: json({ prompt: '  ' }),
		message: '"Prompt" is empty',
		remedy: 'Describe what the model should show',
	},
	'a prompt that an expression does not find': {
		parameters: { prompt: '={{ $json.nothing }}' },
		message: '"Prompt" is empty',
		remedy: 'Describe what the model should show',
	},
	'a prompt as long as a page': {
		parameters: { prompt: 'x'.repeat(4_001) },
		message: '"Prompt" has 4001 characters',
		remedy: 'Shorten it',
	},
	'an empty quality': {
		parameters: { quality: '={{ $json.quality }}' },
		item: json({ quality: '' }),
		message: '"Quality" is empty',
		remedy: 'Choose Fast, Standard, Pro or Ultra',
	},
	'extra fields that are no JSON': {
		parameters: { options: { extraFields: '{seed: 7}' } },
		message: '"Extra Fields" is not a JSON object',
		remedy: 'Write it like {"seed": 7}',
	},
	'extra fields that are a list': {
		parameters: { options: { extraFields: '[1, 2]' } },
		message: '"Extra Fields" is not a JSON object',
		remedy: 'Write it like {"seed": 7}',
	},
	'an item without a file': {
		parameters: IMAGE,
		message: 'The item has no file in the field "data"',
		remedy: 'The item has no file at all. Correct "Input Binary Field"',
	},
	'a field of a file that holds nothing': {
		parameters: IMAGE,
		item: () => ({ json: {}, binary: { data: null as never } }),
		message: 'The item has no file in the field "data"',
		remedy: 'The item has no file at all. Correct "Input Binary Field"',
	},
	'a file in another field': {
		parameters: IMAGE,
		item: async () => await fileItem(Buffer.from('x'), 'photo'),
		message: 'The item has no file in the field "data"',
		remedy: 'The item has: photo. Correct "Input Binary Field"',
	},
	'an empty name of the field': {
		parameters: { ...IMAGE, binaryPropertyName: '={{ "" }}' },
		item: async () => await fileItem(Buffer.from('x')),
		message: '"Input Binary Field" is empty',
		remedy: 'Enter the name of the field',
	},
	'an empty file': {
		parameters: IMAGE,
		item: async () => await fileItem(Buffer.alloc(0)),
		message: 'The picture in "data" is empty',
		remedy: 'Check that the step before hands on the whole file',
	},
	'a PDF': {
		parameters: IMAGE,
		item: async () => await fileItem(Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj')),
		message: 'The file in "data" is a PDF document, not a PNG, JPEG or WebP picture',
		remedy: 'Save its page, or the picture on it, as PNG or JPEG',
	},
	'a HEIC picture of a phone': {
		parameters: IMAGE,
		item: async () => await fileItem(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1')),
		message: 'The file in "data" is a HEIC picture, not a PNG, JPEG or WebP picture',
		remedy: 'Save it as JPEG',
	},
	'two files of one field': {
		parameters: { ...IMAGE, binaryPropertyName: 'photo' },
		item: async () => {
			const { json, binary } = await fileItem(Buffer.from('x'), 'photo_0');
			return { json, binary: { ...binary, photo_1: binary!.photo_0 } };
		},
		message: 'The item has 2 files for the field "photo": photo_0, photo_1',
		remedy: 'Put a Split Out node before this one',
	},
	'a link to a shared folder': {
		parameters: BY_URL,
		item: json({ link: 'https://drive.google.com/drive/folders/1AbC?usp=sharing' }),
		message: '"Image URL" is the Google Drive link of a folder',
		remedy: 'Share the picture itself',
	},
	'a text': {
		parameters: IMAGE,
		item: async () => await fileItem(Buffer.from('a chair')),
		message: 'The file in "data" is not a PNG, JPEG or WebP picture',
		remedy: 'Convert it to one of these first',
	},
	'a picture over the limit': {
		parameters: IMAGE,
		item: async () =>
			await fileItem(Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), tenMegabytes])),
		message: /The picture in "data" has 10\.1 MB, more than the 10 MB/,
		remedy: 'Make it smaller first',
	},
	'text that is not base64': {
		parameters: BY_TEXT,
		item: json({ text: 'https://example.com/chair.jpg' }),
		message: '"Image (Base64)" is not valid base64',
		remedy: 'Check that the whole text was copied',
	},
	'base64 cut in the middle of a byte': {
		parameters: BY_TEXT,
		item: json({ text: 'iVBORw0KG' }),
		message: '"Image (Base64)" is not valid base64',
		remedy: 'Check that the whole text was copied',
	},
	'base64 of something else': {
		parameters: BY_TEXT,
		item: json({ text: Buffer.from('a chair').toString('base64') }),
		message: 'The file in "Image (Base64)" is not a PNG, JPEG or WebP picture',
		remedy: 'Convert it',
	},
	'no base64 at all': {
		parameters: BY_TEXT,
		message: '"Image (Base64)" is empty',
		remedy: 'Put the picture there as base64 text',
	},
	'a link that is no web address': {
		parameters: BY_URL,
		item: json({ link: 'chair.jpg' }),
		message: '"Image URL" is not a web address',
		remedy: 'starting with https://',
	},
	'a link to a file of this machine': {
		parameters: BY_URL,
		item: json({ link: 'file:///etc/passwd' }),
		message: '"Image URL" is not a web address',
		remedy: 'starting with https://',
	},
	'a link that leads nowhere': {
		parameters: BY_URL,
		item: () => ({ json: { link: `${web.url}/gone.jpg` } }),
		message: 'The picture behind "Image URL" could not be fetched: its server 127.0.0.1',
		remedy: 'Open the link in a browser',
	},
	'a link to a web page': {
		parameters: BY_URL,
		item: () => ({ json: { link: `${web.url}/shop` } }),
		message: 'answered with a web page',
		remedy: 'copy the image address',
	},
};

describe.each(Object.entries(refusals))('%s', (_what, { parameters, item = json({}), message, remedy }) => {
	const messageMatch =
		typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message);

	it('fails the node before anything is sent', async () => {
		const { error, items } = await generate(pack, account, parameters, { items: [await item()] });
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: messageMatch,
			description: expect.stringContaining(remedy),
			context: expect.objectContaining({ itemIndex: 0 }),
		});
		expect(error!.description).toContain('Nothing was charged');
		expect(items).toEqual([]);
		expect(await account.tally()).toEqual(NOTHING_SPENT);
	});

	it('becomes one error item under Continue, which says that the item is at fault', async () => {
		const onError = 'continueRegularOutput' as const;
		const { items } = await generate(pack, account, parameters, { items: [await item()], onError });
		const json = { error: messageMatch, hint: expect.stringContaining(remedy), bad_input: true };
		expect(items).toEqual([{ json: expect.objectContaining(json), pairedItem: { item: 0 } }]);
		expect(await account.tally()).toEqual(NOTHING_SPENT);
	});
});

describe('a batch whose third item is bad', () => {
	const photo = readFileSync(join(__dirname, '..', '..', '..', 'templates', 'pictures', 'coffee-cup.jpg'));

	it('spends nothing on the first two, which are fine', async () => {
		const items = itemsOf({ prompt: 'a cup' }, { prompt: 'a plate' }, { prompt: '' });
		const { error } = await generate(pack, account, { prompt: '={{ $json.prompt }}' }, { items });
		expect(error).toMatchObject({ message: '"Prompt" is empty (item 3)', context: { itemIndex: 2 } });
		expect(await account.tally()).toEqual(NOTHING_SPENT);
	});

	it('spends nothing on two pictures before a file that is none', async () => {
		const items = [await fileItem(photo), await fileItem(photo), await fileItem(Buffer.from('%PDF-1.7'))];
		items[2].binary!.data.fileName = 'chairs.pdf';
		const { error } = await generate(pack, account, IMAGE, { items });
		expect(error).toMatchObject({
			message: expect.stringMatching(/is a PDF document.* \(item 3, chairs\.pdf\)$/),
			context: { itemIndex: 2 },
		});
		expect(await account.tally()).toEqual(NOTHING_SPENT);
	});
});
