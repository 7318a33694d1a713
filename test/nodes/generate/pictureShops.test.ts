/** Pictures as shops, phones and forms have them: what is sent all the same, and what is called by its name. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { RequestListener } from 'node:http';
import sharp from 'sharp';

import { inAcceleratedTime, useAcceleratedClock } from '../../../harness/sandbox/acceleratedClock';
import { drawShortWaits } from '../../../harness/sandbox/dice';
import { generate, itemsOf } from '../../../harness/sandbox/generation';
import { openPack, type Account, type Pack } from '../../../harness/sandbox/pack';
import { startWebServer, type WebServer } from '../../../harness/sandbox/webServer';

useAcceleratedClock();

let pack: Pack;
let account: Account;
let web: WebServer | undefined;

beforeAll(async () => {
	drawShortWaits();
	pack = await openPack();
	account = await pack.account();
});

afterEach(async () => await web?.close());

afterAll(async () => await pack.close());

const blank = (width: number, height: number) =>
	sharp({ create: { width, height, channels: 3, background: '#a63' } });

const fileItem = async (bytes: Buffer, fileName?: string, field = 'data'): Promise<INodeExecutionData> => ({
	json: {},
	binary: { [field]: await pack.engine.binary(bytes, { mimeType: 'image/jpeg', fileName }) },
});

const run = async (parameters: IDataObject, items: INodeExecutionData[], more = {}) =>
	await generate(
		pack,
		account,
		{ mode: 'image', ...parameters, options: { preview: 'off' } },
		{ items, ...more },
	);

async function fromLink(listener: RequestListener) {
	web = await startWebServer(listener);
	const link = `${web.url}/chair.jpg`;
	return await run({ imageSource: 'url', imageUrl: '={{ $json.link }}' }, itemsOf({ link }));
}

describe('a picture that may make a bad model', () => {
	it.each([
		[
			'turned by a phone',
			async () => await blank(90, 70).withMetadata({ orientation: 6 }).jpeg(),
			'EXIF orientation 6',
		],
		['in the colors of print', async () => await blank(90, 70).toColourspace('cmyk').jpeg(), 'CMYK'],
		['of few pixels', async () => await blank(40, 90).png(), '40 × 90 pixels only'],
		['of many pixels', async () => await blank(8_200, 70).jpeg(), '8,200 × 70 pixels'],
	])('is sent when it is %s, with a hint on the item', async (_how, make, hint) => {
		const bytes = await (await make()).toBuffer();
		const { items, error } = await run({}, [await fileItem(bytes, 'chair.jpg')]);
		expect(error).toBeUndefined();
		expect(items[0].json).toMatchObject({ status: 'success', picture_hint: expect.stringContaining(hint) });
	});

	it('is told where its model failed', async () => {
		const small = await blank(40, 90).png().toBuffer();
		await account.faults({ on: 'generate', kind: 'failJob', reason: 'nothing to see' });
		const { error } = await run({}, [await fileItem(small, 'chair.png')]);
		expect(error!.message).toBe('Image3D could not make this model: nothing to see (chair.png)');
		expect(error!.description).toContain('40 × 90 pixels only');
	});

	it('is told on a task that is not waited for', async () => {
		const small = await blank(40, 90).png().toBuffer();
		const { items } = await run({ waitForCompletion: false }, [await fileItem(small, 'chair.png')]);
		expect(items[0].json).toMatchObject({ picture_hint: expect.any(String), file_name: 'chair.glb' });
	});

	it('has no hint where there is nothing to say', async () => {
		const bytes = await blank(90, 70).jpeg().toBuffer();
		const { items } = await run({}, [await fileItem(bytes)]);
		expect(items[0].json).not.toHaveProperty('picture_hint');
	});
});

it('an item that failed carries the name of its file, whatever failed', async () => {
	const photo = await blank(90, 70).jpeg().toBuffer();
	const items = [
		await fileItem(Buffer.from('GIF89a'), 'lamp.gif'),
		await fileItem(photo, 'chair.jpg'),
		await fileItem(photo, 'table.jpg'),
		await fileItem(Buffer.from('GIF89a')),
	];
	await account.faults({ on: 'generate', kind: 'failJob' });
	const onError = 'continueRegularOutput' as const;
	const { items: output } = await generate(
		pack,
		account,
		{ mode: 'image', options: { preview: 'off', concurrency: 1 } },
		{ items, onError },
	);
	expect(output.map(({ json }) => [json.file_name, 'error' in json])).toEqual([
		['lamp.gif', true],
		['chair.jpg', true],
		[undefined, false],
		[undefined, true],
	]);
});

describe('the field of a form', () => {
	const photo = async () => await blank(90, 70).jpeg().toBuffer();

	it.each([
		['Product photo', 'Product_photo'],
		['Product_photo', 'Product photo'],
		['Product photo', 'Product_photo_0'],
	])('is found by "%s" when the item calls it "%s", and names the model', async (wanted, has) => {
		const items = [await fileItem(await photo(), 'chair.jpg', has)];
		const { items: output, error } = await run({ binaryPropertyName: wanted }, items);
		expect(error).toBeUndefined();
		expect(output[0].binary!.data.fileName).toBe('chair.glb');
	});

	it('with several files says that one is taken; behind Split Out each is found', async () => {
		const [first, second] = [
			await fileItem(await photo(), 'chair.jpg', 'Product_photo_0'),
			await fileItem(await photo(), 'table.jpg', 'Product_photo_1'),
		];
		const item = { json: {}, binary: { ...first.binary, ...second.binary } };
		const { error } = await run({ binaryPropertyName: 'Product photo' }, [item]);
		expect(error!.message).toContain('Product_photo_0, Product_photo_1');
		expect(error!.description).toContain('Split Out');
		const { items } = await run({ binaryPropertyName: 'Product photo' }, [first, second]);
		expect(items.map(({ binary }) => binary!.data.fileName)).toEqual(['chair.glb', 'table.glb']);
	});
});

describe('an image host', () => {
	const photo = blank(90, 70).jpeg().toBuffer();

	it('that turns away clients without a name, or that want pictures alone, hands its picture to this one', async () => {
		const bytes = await photo;
		const { error } = await fromLink((request, response) => {
			const { accept = '', 'user-agent': agent = '' } = request.headers;
			const isKnown = agent.startsWith('Mozilla/') && accept.includes('*/*') && !accept.includes('avif');
			response.writeHead(isKnown ? 200 : 403).end(isKnown ? bytes : 'no');
		});
		expect(error).toBeUndefined();
	});

	it.each([403, 406])('that answers %d is named', async (status) => {
		const { error } = await fromLink((_request, response) => void response.writeHead(status).end('no'));
		const { host } = new URL(web!.url);
		expect(error!.message).toContain(`its server ${host} answered HTTP ${status} (chair.jpg)`);
		expect(error!.description).toContain(`${host} blocks programs`);
		expect(error!.description).toContain('Nothing was charged');
		expect(web!.requests).toHaveLength(1);
	});

	it('that says "too often" is asked again after the time it names', async () => {
		const bytes = await photo;
		const { error } = await inAcceleratedTime(
			20,
			() => 0.5,
			async () =>
				await fromLink((_request, response) => {
					if (web!.requests.length < 3) response.writeHead(429, { 'Retry-After': '5' }).end();
					else response.writeHead(200).end(bytes);
				}),
		);
		expect(error).toBeUndefined();
		expect(web!.requests).toHaveLength(3);
	});

	it('that names a date is asked again by its own clock, where that of n8n is two hours slow', async () => {
		const bytes = await photo;
		const soon = () => new Date(Date.now() + 2 * 3_600_000 + 3_000).toUTCString();
		const now = () => new Date(Date.now() + 2 * 3_600_000).toUTCString();
		const { error } = await inAcceleratedTime(
			20,
			() => 0,
			async () =>
				await fromLink((_request, response) => {
					if (web!.requests.length > 1) response.writeHead(200).end(bytes);
					else response.writeHead(429, { 'Retry-After': soon(), Date: now() }).end();
				}),
		);
		expect(error).toBeUndefined();
		expect(web!.requests).toHaveLength(2);
	});

	it.each([
		['every time', 3, {}],
		['for an hour', 1, { 'Retry-After': '3600' }],
	])('that says "too often" %s is named', async (_when, times, headers) => {
		const { error } = await fromLink((_request, response) => void response.writeHead(429, headers).end());
		expect(error!.message).toContain('answered HTTP 429');
		expect(error!.description).toContain('limits how many pictures it sends');
		expect(web!.requests).toHaveLength(times);
	});

	it('that drips for ever is given up', async () => {
		const { error } = await inAcceleratedTime(
			100,
			() => 0.5,
			async () =>
				await fromLink((_request, response) => {
					response.writeHead(200);
					const drip = setInterval(() => response.write('x'), 50);
					response.on('close', () => clearInterval(drip));
				}),
		);
		expect(error!.message).toContain('did not send it within 60 seconds');
	});

	it.each([
		['a web page', '<!doctype html><h1>Chairs</h1>', 'answered with a web page'],
		['a captcha', '<!doctype html><div class="h-captcha">', 'first asks for proof that you are human'],
		['an AVIF picture all the same', '\0\0\0\x1cftypavif\0\0\0\0avifmif1', 'is an AVIF picture'],
	])('that sends %s is told so', async (_what, body, message) => {
		const { error } = await fromLink(
			(_request, response) => void response.writeHead(200).end(Buffer.from(body, 'latin1')),
		);
		expect(error!.message).toContain(message);
	});

	it('without its protocol is asked by https', async () => {
		const { error } = await run({ imageSource: 'url', imageUrl: '//127.0.0.1:9/chair.jpg' }, itemsOf({}));
		expect(error!.message).toContain('could not be fetched: the connection was refused');
	});
});
