/** An image host on loopback that behaves as its links say: what goes wrong for an item stands in its picture's address. */
import { startWebServer, type WebServer } from '../sandbox/webServer';
import { pictureOf } from './pictures';

/** `flaky` says "too often" every second time; each of the others is what it says, every time. */
export const PICTURE_FAULTS = ['none', 'flaky', 'refuses', 'page', 'reset', 'cut'] as const;
export type PictureFault = (typeof PICTURE_FAULTS)[number];

let host: Promise<WebServer> | undefined;

/** A link to the picture of one color; the host is started with the first one and ends with `closePictureHost`. */
export async function linkTo(color: string, fault: PictureFault): Promise<string> {
	host ??= startHost();
	return `${(await host).url}/${fault}/${color}.png`;
}

export async function closePictureHost(): Promise<void> {
	const open = host;
	host = undefined;
	await (await open)?.close();
}

async function startHost(): Promise<WebServer> {
	let flaky = 0;
	return await startWebServer((request, response) => {
		const [, fault, file] = request.url!.split('/');
		void pictureOf(file.replace('.png', '')).then((picture) => {
			if (fault === 'reset') request.socket.destroy();
			else if (fault === 'refuses') response.writeHead(403).end();
			else if (fault === 'page') response.writeHead(200).end('<!doctype html><h1>Shop</h1>');
			else if (fault === 'flaky' && flaky++ % 2 === 0) response.writeHead(429).end();
			else if (fault === 'cut') {
				response.writeHead(200, { 'Content-Length': picture.length });
				response.write(picture.subarray(0, 9), () => request.socket.destroy());
			} else response.writeHead(200).end(picture);
		});
	});
}
