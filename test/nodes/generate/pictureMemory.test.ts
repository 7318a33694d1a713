/** When a picture is in memory: from the moment its task can be started till it was sent, and few at a time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { MAX_PICTURE_BYTES } from '../../../nodes/shared/core/inputImage/inputImage';
import { LOADED_PICTURES_BYTES } from '../../../nodes/shared/core/inputImage/inputImage';
import { attachedImage } from '../../../nodes/shared/n8n/files/attachedImage';
import type { ImageSource } from '../../../nodes/shared/n8n/files/imageSource';
import { linkedImage } from '../../../nodes/shared/n8n/files/linkedImage';
import { pastedImage } from '../../../nodes/shared/n8n/files/pastedImage';
import type { NodeService } from '../../../nodes/shared/n8n/http/openService';
import { valueOf } from '../../../harness/simulation/outcomes';
import { generate, itemsOf } from '../../../harness/sandbox/generation';
import { openPack, type Pack } from '../../../harness/sandbox/pack';
import { startWebServer, type WebServer } from '../../../harness/sandbox/webServer';

const photo = readFileSync(join(__dirname, '..', '..', '..', 'templates', 'pictures', 'coffee-cup.jpg'));

let pack: Pack;
let web: WebServer | undefined;

beforeAll(async () => {
	pack = await openPack();
});

afterEach(async () => await web?.close());

afterAll(async () => await pack.close());

const pictureItems = (count: number, url: string) =>
	itemsOf(...Array.from({ length: count }, (_, index) => ({ link: `${url}/${index}.jpg` })));
const fromLinks = (concurrency: number) => ({
	mode: 'image',
	imageSource: 'url',
	imageUrl: '={{ $json.link }}',
	downloadModel: false,
	options: { concurrency },
});

it('a picture is loaded when its task can be started, not before', async () => {
	const account = await pack.account();
	const ended: number[] = [];
	web = await startWebServer((_request, response) => {
		void account.ledger().then(({ tasks }) => {
			ended.push(tasks.filter(({ endsAt }) => endsAt <= Date.now()).length);
			response.writeHead(200).end(photo);
		});
	});
	const { items } = await generate(pack, account, fromLinks(1), { items: pictureItems(4, web.url) });
	expect(items).toHaveLength(4);
	expect(ended).toEqual([0, 1, 2, 3]);
});

it('no more pictures are loaded at a time than there is room for, and all of them are sent', async () => {
	const account = await pack.account({ speed: 1_000 });
	const mostAtOnce = LOADED_PICTURES_BYTES / MAX_PICTURE_BYTES;
	let open = 0;
	let most = 0;
	web = await startWebServer((_request, response) => {
		most = Math.max(most, ++open);
		// Long enough for all that come together to be seen together.
		setTimeout(() => {
			open--;
			response.writeHead(200).end(photo);
		}, 100);
	});
	const count = mostAtOnce * 3;
	const { items } = await generate(pack, account, fromLinks(count), { items: pictureItems(count, web.url) });
	expect(items).toHaveLength(count);
	expect(most).toBe(mostAtOnce);
	expect((await account.tally()).charges).toBe(count);
});

describe('the room that is kept for a picture', () => {
	const service = {} as NodeService;
	const base64 = photo.toString('base64');
	const roomFor = async (image: ImageSource) => await image.estimateBytes(service);

	it.each<[string, ImageSource]>([
		['in a parameter', pastedImage(() => `data:image/jpeg;base64,${base64}`)],
		['inside the item', attachedImage('data', { data: base64, mimeType: 'image/jpeg' }, async () => photo)],
	])('is what its text makes (%s)', async (_where, image) => {
		const room = await roomFor(image);
		expect(room).toBeGreaterThanOrEqual(photo.length);
		expect(room).toBeLessThan(photo.length + 50);
	});

	it('is the most that is sent where the text is longer, or a link was never followed', async () => {
		expect(await roomFor(pastedImage(() => 'A'.repeat(2 * MAX_PICTURE_BYTES)))).toBe(MAX_PICTURE_BYTES);
		expect(await roomFor(valueOf(linkedImage('https://shop.test/a.jpg')))).toBe(MAX_PICTURE_BYTES);
	});

	it('is its size once it was loaded', async () => {
		let reads = 0;
		const image = pastedImage(() => (reads++, base64));
		await image.load(service);
		expect(await roomFor(image)).toBe(photo.length);
		expect(reads).toBe(1);
		const openStream = async () => ({ statusCode: 200, headers: {}, body: [photo] });
		const linked = valueOf(linkedImage('https://shop.test/a.jpg'));
		await linked.load({ openStream } as unknown as NodeService);
		expect(await roomFor(linked)).toBe(photo.length);
	});
});
