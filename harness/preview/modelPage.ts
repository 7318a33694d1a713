/**
 * The page that Image3D Model makes, open in Chromium: an address in, the page with its model drawn out. The viewer's
 * address is answered from the installed package, whose bytes the page's own hash demands. Fails where no model appears.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { VIEWER } from '../../glb/operations/buildPage';
import { CHROMIUM_ARGS, findChromium } from '../process/chromium';

const SCRIPT = join(__dirname, '../../glb/node_modules/@google/model-viewer/dist/model-viewer.min.js');
/** Drawing without a graphics card on a busy machine, ms. */
export const LOAD_MS = 120_000;

/** Opens `address` (also of a file), does `before` while it arrives, waits for its model and does `work` with it. */
export async function withModelPage<T>(
	address: string,
	work: (page: Page) => Promise<T>,
	before?: (page: Page) => Promise<void>,
): Promise<T> {
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
		const arrival = page.goto(address, { timeout: LOAD_MS });
		if (before !== undefined) await Promise.all([arrival, before(page)]);
		await arrival;
		await page.waitForFunction('document.querySelector("model-viewer").loaded === true', undefined, {
			timeout: LOAD_MS,
		});
		return await work(page);
	} finally {
		await browser.close();
	}
}
