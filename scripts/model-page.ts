/** `npx tsx scripts/model-page.ts`: the page that Image3D Model makes, seen in Chromium, into `docs/images/model-page.png`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildPage } from '../glb/operations/buildPage';
import { buildBenchModel } from '../harness/preview/benchModels';
import { LOAD_MS, withModelPage } from '../harness/preview/modelPage';

const PICTURE = join(__dirname, '..', 'docs/images/model-page.png');

async function main(): Promise<void> {
	const glb = await buildBenchModel({ name: '', faces: 15_000, textureSide: 512, format: 'jpeg' });
	const built = buildPage({ title: 'A knot of clay', model: glb });
	if (!built.ok) throw new Error(built.reason);
	const folder = mkdtempSync(join(tmpdir(), 'model-page-'));
	try {
		const file = join(folder, 'page.html');
		writeFileSync(file, built.html);
		await withModelPage(pathToFileURL(file).href, async (page) => {
			// One more frame with the model in it.
			await page.waitForTimeout(3_000);
			await page.screenshot({ path: PICTURE, timeout: LOAD_MS });
		});
	} finally {
		rmSync(folder, { recursive: true });
	}
}

void main();
