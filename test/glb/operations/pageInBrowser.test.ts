/** The page as a visitor opens it: from the disk with the model inside, and from a web host beside the model's own host. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { buildPage } from '../../../glb/operations/buildPage';
import { prepareForPage } from '../../../glb/operations/pageModel';
import { changed } from '../../../harness/glb/damage';
import { packed } from '../../../harness/glb/packed';
import { timing } from '../../../harness/glb/timing';
import { buildBenchModel } from '../../../harness/preview/benchModels';
import { withModelPage } from '../../../harness/preview/modelPage';
import { hasChromium } from '../../../harness/process/chromium';

const TIMEOUT_MS = 180_000;
const FACES = 2_000;
/** What the viewer says of the model that it shows. */
const ALT_TEXT = 'document.querySelector("model-viewer").getAttribute("alt")';

const buildModel = async () =>
	await buildBenchModel({ name: '', faces: FACES, textureSide: 64, format: 'jpeg' });

/** In meshopt, for which the viewer has no decoder, and with a texture of an image that does not exist. */
async function buildUnreadable(): Promise<Uint8Array> {
	const glb = await packed(await buildModel(), 'EXT_meshopt_compression');
	return changed(Buffer.from(glb), (gltf) => { gltf.textures![0].source = 7; }); // prettier-ignore
}

function htmlOf(options: Parameters<typeof buildPage>[0]): string {
	const built = buildPage(options);
	if (!built.ok) throw new Error(built.reason);
	return built.html;
}

/** More than a megabyte, so that the page has the picture first. */
const heavyModel = async () =>
	await buildBenchModel({ name: '', faces: FACES, textureSide: 512, format: 'png' });

class Deferred {
	resolve!: () => void;
	readonly promise = new Promise<void>((resolve) => (this.resolve = resolve));
}

async function serve(type: string, body: string | Uint8Array, more: object = {}): Promise<[string, Server]> {
	const server = createServer((_request, response) =>
		response.writeHead(200, { 'content-type': type, ...more }).end(body),
	);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return [`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server];
}

(hasChromium() ? describe : describe.skip)('in Chromium', () => {
	it(
		'shows the model when the file is opened from the disk, also one at which the viewer alone ends',
		async () => {
			const folder = mkdtempSync(path.join(tmpdir(), 'page-'));
			try {
				const file = path.join(folder, 'page.html');
				const prepared = await prepareForPage(await buildUnreadable(), timing);
				if (!prepared.ok) throw new Error(prepared.reason);
				writeFileSync(file, htmlOf({ title: 'Red armchair', model: prepared.glb }));
				const alt = await withModelPage(
					pathToFileURL(file).href,
					async (page) => await page.evaluate(ALT_TEXT),
				);
				expect(alt).toContain('Red armchair');
			} finally {
				rmSync(folder, { recursive: true });
			}
		},
		TIMEOUT_MS,
	);

	it(
		'shows a model of another host that sends the header which the docs ask for',
		async () => {
			const [modelUrl, files] = await serve('model/gltf-binary', await buildModel(), {
				'access-control-allow-origin': '*',
			});
			const [address, site] = await serve(
				'text/html',
				htmlOf({ title: 'Chair', model: `${modelUrl}chair.glb` }),
			);
			try {
				await withModelPage(address, async (page) => {
					expect(await page.evaluate('document.querySelector("model-viewer").src')).toBe(
						`${modelUrl}chair.glb`,
					);
				});
			} finally {
				files.close();
				site.close();
			}
		},
		TIMEOUT_MS,
	);

	it(
		'shows the picture of a heavy model before the model has arrived, and the model when it has',
		async () => {
			const model = await heavyModel();
			const poster = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
				.png()
				.toBuffer();
			const html = htmlOf({ title: 'Chair', model, poster });
			const middle = Math.floor(html.length / 2);
			const rest = new Deferred();
			const site = createServer((_request, response) => {
				response.writeHead(200, { 'content-type': 'text/html' }).write(html.slice(0, middle));
				void rest.promise.then(() => response.end(html.slice(middle)));
			});
			await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
			const address = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
			const isSeen = 'document.querySelector("#early")?.checkVisibility()';
			try {
				await withModelPage(
					address,
					async (page) => {
						expect(await page.evaluate(isSeen)).toBe(false);
						expect(await page.evaluate(ALT_TEXT)).toContain('Chair');
					},
					async (page) => {
						await page.waitForFunction('document.querySelector("#early")?.naturalWidth === 8');
						expect(await page.evaluate(isSeen)).toBe(true);
						rest.resolve();
					},
				);
			} finally {
				site.closeAllConnections();
				site.close();
			}
		},
		TIMEOUT_MS,
	);
});
