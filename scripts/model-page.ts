/**
 * `npx tsx scripts/model-page.ts`: the page that Image3D Model makes, seen in Chromium, into `docs/images/model-page.png`. The
 * viewer's address is answered from the installed package, whose bytes the page's own hash demands.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { VIEWER, buildPage } from '../glb/operations/page';
import { CHROMIUM_ARGS, findChromium } from '../harness/process/chromium';
import { buildBenchModel } from '../harness/preview/benchModels';

const ROOT = join(__dirname, '..');
const SCRIPT = join(ROOT, 'glb/node_modules/@google/model-viewer/dist/model-viewer.min.js');
const PICTURE = join(ROOT, 'docs/images/model-page.png');
const LOAD_MS = 120_000;

async function main(): Promise<void> {
	const glb = await buildBenchModel({ name: '', faces: 15_000, textureSide: 512, format: 'jpeg' });
	const built = buildPage({ title: 'A knot of clay', model: glb });
	if (!built.ok) throw new Error(built.reason);
	const server = createServer((_, response) =>
		response.writeHead(200, { 'content-type': 'text/html' }).end(built.html),
	);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const browser = await chromium.launch({
		executablePath: findChromium(),
		args: [...CHROMIUM_ARGS, '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
	});
	try {
		const page = await browser.newPage({ viewport: { width: 960, height: 600 } });
		await page.route(VIEWER.url, async (route) => {
			const headers = { 'content-type': 'text/javascript', 'access-control-allow-origin': '*' };
			await route.fulfill({ body: readFileSync(SCRIPT), headers });
		});
		await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
		await page.waitForFunction('document.querySelector("model-viewer").loaded === true', undefined, {
			timeout: LOAD_MS,
		});
		// One more frame with the model in it.
		await page.waitForTimeout(3_000);
		await page.screenshot({ path: PICTURE, timeout: LOAD_MS });
	} finally {
		await browser.close();
		server.close();
	}
}

void main();
