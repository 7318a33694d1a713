/** `npm run screenshots`: takes the README's pictures from a real n8n editor, in Chromium, driven as a person would. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, selectors, type Browser, type Locator, type Page } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from './chromium';
import { N8nClient } from './n8n/client';
import { stopAllPrograms } from './processes';
import { withStep } from './progress';
import { say } from './say';
import { bringUp, PICTURES, ROOT, TEMPLATES, type Stage } from './start/bringUp';
import { STEPS } from './start/results';
import { runMainWorkflow } from './start/run';
import { MAIN_TEMPLATE, readTemplates } from './start/templates';

const IMAGES = join(ROOT, 'docs', 'images');
const CANVAS_SIZE = { width: 1440, height: 640 };
const PANEL_SIZE = { width: 1440, height: 860 };
/** Models are made in seconds at this speed, and no picture shows for how long it took. */
const SPEED = 20;
const RUN_TIMEOUT_MS = 120_000;

async function main(): Promise<void> {
	// n8n's own name for it.
	selectors.setTestIdAttribute('data-test-id');
	mkdirSync(IMAGES, { recursive: true });
	const executablePath = findChromium();
	// The editor shows file paths: a reader need not see the photographer's home folder.
	const folder = mkdtempSync(join(tmpdir(), 'image3d-'));
	const folders = { pictures: join(folder, 'pictures'), models: join(folder, 'models') };
	cpSync(PICTURES, folders.pictures, { recursive: true });
	const stage = await bringUp({ speed: SPEED, folders });
	const isGood = await runMainWorkflow(stage, SPEED);
	if (!isGood) throw new Error('The main workflow failed: no pictures are taken.');
	await withStep(`Taking pictures into ${IMAGES}`, async () => {
		const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
		try {
			await takePictures(browser, stage);
		} finally {
			await browser.close();
			rmSync(folder, { recursive: true });
		}
	});
}

async function takePictures(browser: Browser, stage: Stage): Promise<void> {
	const page = await browser.newPage({ viewport: CANVAS_SIZE, colorScheme: 'light' });
	await signIn(page, stage);
	await page.goto(`${stage.n8n.url}/workflow/${await findMainWorkflow(stage)}`);
	await page.getByTestId('execute-workflow-button').click();
	await stepOf(page, STEPS.save)
		.getByTestId('canvas-node-status-success')
		.waitFor({ timeout: RUN_TIMEOUT_MS });
	await page.locator('.el-notification__closeBtn').first().click();
	await page.getByTestId('zoom-to-fit').click();
	await page.mouse.move(0, 0);
	await settle(page);
	await page.screenshot({ path: join(IMAGES, 'main-workflow.png') });
	await page.setViewportSize(PANEL_SIZE);
	await stepOf(page, STEPS.generate).dblclick();
	await settle(page);
	await page.screenshot({ path: join(IMAGES, 'generate-output.png') });
}

async function signIn(page: Page, { n8n, slot }: Stage): Promise<void> {
	await page.goto(`${n8n.url}/signin`);
	await page.locator('input[type=email]').fill(slot.owner.email);
	await page.locator('input[type=password]').fill(slot.owner.password);
	await page.keyboard.press('Enter');
	await page.waitForURL((url) => !url.pathname.startsWith('/signin'));
}

async function findMainWorkflow({ n8n, slot }: Stage): Promise<string> {
	const client = new N8nClient(n8n.url);
	await client.signIn(slot.owner);
	const { name } = readTemplates(TEMPLATES).get(MAIN_TEMPLATE)!;
	return (await client.workflows()).find((workflow) => workflow.name === name)!.id;
}

function stepOf(page: Page, name: string): Locator {
	return page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
}

/** Animations and late panels: nothing tells when the editor has finished drawing. */
async function settle(page: Page): Promise<void> {
	await page.waitForTimeout(1_500);
}

main()
	.catch((error: Error) => {
		say(`\n${error.message}\n`);
		process.exitCode = 1;
	})
	.finally(async () => {
		await stopAllPrograms();
		process.exit();
	});
