/** When a picture is in memory: from the moment its task can be started till it was sent, and few at a time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { MAX_PICTURE_BYTES } from '../../../nodes/shared/core/inputImage/inputImage';
import { LOADED_PICTURES_BYTES } from '../../../nodes/shared/core/inputImage/inputImage';
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
