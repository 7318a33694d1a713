/** n8n's editor in Chromium, used as users use it: find, sign in, fill in, execute, look, download. */
import { validateBytes } from 'gltf-validator';
import type { Browser } from 'playwright-core';
import { Editor, launchChromium } from '../../harness/editor/editor';
import { SandboxClient, type SandboxUser, type UserSettings } from '../../harness/sandbox/sandbox';
import { addEveryPanel, PANELS } from '../../harness/e2e/fullWorkflow';
import { OPEN_TIMEOUT_MS, openStage, OWNER, type TestStage } from '../../harness/e2e/stage';
import { chain, START } from '../../harness/e2e/workflow';

const RUN_TIMEOUT_MS = 90_000;
/** Short enough to be over by the next run. */
const TOKEN_LIFETIME_SECONDS = 5;
/** What nobody should read: values that are missing, and names that are meant for programs. */
const UNREADABLE = /undefined|\bnull\b|NaN|\[object|\b[a-z]+[A-Z]\w*/;

let stage: TestStage;
let browser: Browser;
let editor: Editor;

beforeAll(async () => {
	stage = await openStage();
	browser = await launchChromium();
	editor = await Editor.open(browser, stage.n8n.url, OWNER);
}, OPEN_TIMEOUT_MS);

afterEach(() => expect(editor?.complaints.splice(0)).toEqual([]));

afterAll(async () => {
	await browser?.close();
	await stage?.close();
});

/** Somebody with this many credits. */
async function addUser(credits: number, settings: UserSettings = {}): Promise<SandboxUser> {
	return await new SandboxClient(stage.sandbox).createUser({ plan: 'pack', credits, ...settings });
}

/** A new workflow whose second step is this node, with its panel open. */
async function startWith(node: string): Promise<void> {
	await editor.newWorkflow();
	await editor.nodeCreator.add('Manual Trigger');
	await editor.nodeCreator.addFromCommunity(node);
}

/** What a user types in for a sandbox; the emulator's field comes up when the base URL is one. */
const addresses = (isPasted = false): Record<string, string> => ({
	'Base URL': stage.sandbox.baseUrl,
	...(isPasted ? {} : { 'Auth Emulator URL': stage.sandbox.authUrl }),
});

async function fillIn(method: string, user: SandboxUser): Promise<void> {
	const { credentialDialog } = editor;
	await credentialDialog.choose('Sign-In Method', method);
	const { email, emailLink, refreshToken, idToken } = user;
	if (method === 'Email Link') {
		await credentialDialog.fill({ Email: email, 'Email Link': emailLink, ...addresses() });
	} else if (method === 'Pasted Token') {
		await credentialDialog.fill({ Token: idToken, ...addresses(true) });
	} else {
		const key = { 'Firebase Web API Key': stage.sandbox.webApiKey };
		await credentialDialog.fill({ 'Refresh Token': refreshToken, ...key, ...addresses() });
	}
}

async function expectBalance(credits: number): Promise<void> {
	await editor.nodePanel.execute();
	const output = await editor.nodePanel.output.waitForText(String(credits), RUN_TIMEOUT_MS);
	expect(output).toMatch(/1 item\s+balance\s+unit\s+\d+\s+credits/);
}

describe('the search for nodes', () => {
	it('finds all six by "3D"', async () => {
		await editor.newWorkflow();
		// n8n leaves the word "Trigger" out where it lists triggers.
		const names = ['Generate', 'Status', 'Balance', 'Checkout', 'Model'].map((name) => `Image3D ${name}`);
		const found = await editor.nodeCreator.search('3D');
		expect([...found].sort()).toEqual([...names, 'Image3D'].sort());
	});

	it.each([
		'3D',
		'3d model',
		'photo to 3d',
		'text to 3d',
		'image to 3d',
		'augmented reality',
		'glb file',
		'glb',
		'make 3d model',
	])('puts Image3D Generate first for "%s"', async (words) => {
		expect((await editor.nodeCreator.search(words))[0]).toBe('Image3D Generate');
	});
});

describe('the credential dialog', () => {
	beforeAll(async () => await startWith('Image3D Balance'));

	it('opens on Email Link, with what matters in sight and nothing in the way', async () => {
		const { nodePanel, credentialDialog } = editor;
		await nodePanel.createCredential();
		expect(await credentialDialog.field('Sign-In Method').locator('input').first().inputValue()).toBe(
			'Email Link',
		);
		const said = await credentialDialog.dialog.innerText();
		expect(said).toContain('Copy the link without opening it');
		expect(said).toContain('That is all you need');
		for (const label of ['Firebase Web API Key', 'Auth Emulator URL', 'Refresh Token']) {
			expect(await credentialDialog.field(label).count()).toBe(0);
		}
		await credentialDialog.close();
	});

	it.each([
		['Refresh Token', 310],
		['Pasted Token', 320],
	])('is green by %s, and the step works with it', async (method, credits) => {
		const { nodePanel, credentialDialog } = editor;
		await nodePanel.createCredential();
		await fillIn(method, await addUser(credits));
		await credentialDialog.save();
		await nodePanel.editCredential();
		await credentialDialog.waitForGreen();
		await credentialDialog.close();
		await expectBalance(credits);
	});

	it('is green by Email Link, and stays so through a second Save and a restart of n8n', async () => {
		const { nodePanel, credentialDialog } = editor;
		const user = await addUser(330, { tokenLifetimeSeconds: TOKEN_LIFETIME_SECONDS });
		await nodePanel.createCredential();
		await fillIn('Email Link', user);
		await credentialDialog.save();
		await nodePanel.editCredential();
		await credentialDialog.waitForGreen();
		await credentialDialog.fill({ 'Base URL': `${stage.sandbox.baseUrl}/` });
		await credentialDialog.save();
		await credentialDialog.waitForGreen();
		await credentialDialog.close();
		await expectBalance(330);

		// The workflow saves itself.
		await editor.settle();
		await stage.restart('stop');
		// The editor called out for the n8n that was gone.
		editor.complaints.splice(0);
		// With the panel that was open.
		await editor.page.reload();
		await expectBalance(330);
		expect((await new SandboxClient(stage.sandbox).ledger(user.uid)).signIns).toBe(1);
	});
});

describe('the key for this n8n', () => {
	const tables = () => editor.nodePanel.field('Data Table').getByTestId('rlc-input');

	beforeAll(async () => {
		await editor.openWorkflow((await addEveryPanel(stage)).id);
		await editor.canvas.openStep('Image3D Trigger');
	});

	it('is asked for by the list of tables', async () => {
		await tables().click();
		const said = editor.page.getByTestId('rlc-error-container');
		await said.waitFor();
		expect(await said.innerText()).toMatch(/API Key of This n8n/);
		await editor.page.keyboard.press('Escape');
		// n8n writes a refusal of a node into the console as well.
		editor.complaints.splice(0);
	});

	it('says in sight what it needs, and in its test what is wrong', async () => {
		const { credentialDialog, page } = editor;
		await page.getByRole('button', { name: 'Connect to Image3D N8n' }).click();
		const said = await credentialDialog.dialog.innerText();
		for (const words of ['No Expiration', 'dataTable:list', 'dataTableRow:read'])
			expect(said).toContain(words);
		await credentialDialog.fill({ 'Instance URL': stage.n8n.url, 'API Key': 'not-a-key' });
		await credentialDialog.save();
		expect(await credentialDialog.readRefusal()).toContain(
			'This n8n does not know the API key, or it has expired.',
		);
	});

	it('works with those two scopes and nothing else', async () => {
		const { credentialDialog } = editor;
		const apiKey = await stage.client.createApiKey('least', ['dataTable:list', 'dataTableRow:read']);
		await credentialDialog.fill({ 'API Key': apiKey });
		await credentialDialog.save();
		// n8n closes the dialog of a new credential that passes its test, and no other.
		await credentialDialog.dialog.waitFor({ state: 'hidden' });
		await tables().click();
		await editor.page.getByText('No results').waitFor();
		await editor.page.keyboard.press('Escape');
	});
});

describe('Image3D Generate', () => {
	it('shows the item, its picture and its file after a run', async () => {
		await startWith('Image3D Generate');
		const { nodePanel } = editor;
		await nodePanel.chooseCredential(stage.credential.name);
		await nodePanel.fill('Prompt', 'a red leather armchair with wooden legs');
		await nodePanel.choose('Quality', 'Fast');
		await nodePanel.execute();
		const { output } = nodePanel;
		const sum = await output.waitForText('1 item', RUN_TIMEOUT_MS);
		expect(sum).toContain('Image3D: 1 generation done in');
		expect(sum).toMatch(/\d+ credits used in this run, \d+ left\./);

		await output.show('JSON');
		const json = await output.waitForText('file_size');
		expect(json).toMatch(/"status":\s*"success"/);
		const fileSize = Number(/"file_size":\s*(\d+)/.exec(json)![1]);

		await output.show('Binary');
		const { fileName, bytes } = await output.download('data');
		expect(fileName).toMatch(/\.glb$/);
		expect(bytes.length).toBe(fileSize);
		expect((await validateBytes(new Uint8Array(bytes))).issues.numErrors).toBe(0);

		expect(await output.view('preview')).toBe(512);
	});
});

describe('the panels', () => {
	let workflowId: string;

	beforeAll(async () => {
		workflowId = (await addEveryPanel(stage)).id;
		// Tall enough for all of the longest.
		await editor.setHeight(2_200);
	});

	afterAll(async () => {
		await editor?.setTheme('light');
		await editor?.setHeight();
	});

	it.each([
		['light', 'image3d.svg'],
		['dark', 'image3d.dark.svg'],
	] as const)('can be read in %s, with their icons', async (theme, icon) => {
		await editor.setTheme(theme);
		await editor.openWorkflow(workflowId);
		for (const name of PANELS) {
			await editor.canvas.openStep(name);
			await editor.settle();
			const { nodePanel } = editor;
			const { address, width } = await nodePanel.icon();
			expect(address).toMatch(new RegExp(`/${icon}$`));
			expect(width).toBeGreaterThan(0);
			const text = await nodePanel.parameters.innerText();
			expect(text).toContain('Options');
			expect(text).not.toMatch(UNREADABLE);
			await nodePanel.close();
		}
	});
});

describe("a newcomer's laptop", () => {
	beforeAll(async () => {
		await editor.setSize({ width: 1_280, height: 720 });
		await startWith('Image3D Generate');
	});

	afterAll(async () => await editor?.setSize());

	it('shows where the prices are, and leads to the page of the node', async () => {
		const prices = editor.nodePanel.parameters.getByText('See the prices');
		expect(await prices.getAttribute('href')).toBe('https://image3d.io/pricing/');
		expect(await editor.nodePanel.docsAddress()).toBe(
			'https://github.com/image3d/n8n-nodes-image3d/blob/main/docs/nodes/generate.md',
		);
	});

	it('opens Model Limits with one click, without a number in it, and cuts nothing off', async () => {
		const { nodePanel } = editor;
		await nodePanel.addOption('Model Limits');
		const labels = ['Max Faces', 'Max File Size (MB)', 'Max Texture (Pixels)', 'Max Extent (Meters)'];
		for (const label of labels) {
			const input = nodePanel.field(label).locator('input');
			await input.waitFor();
			expect([await input.inputValue(), await input.getAttribute('placeholder')]).toEqual([
				'',
				"preset's limit, or none",
			]);
		}
		expect(await nodePanel.cutOffLabels()).toEqual([]);
	});

	it('keeps the subtitle where Quality is an expression', async () => {
		const parameters = { mode: 'image', quality: '={{ $json.quality }}' };
		const step = { name: 'Photos', type: 'n8n-nodes-image3d.image3dGenerate', parameters };
		const { id } = await stage.client.saveWorkflow(chain('Quality by expression', [step]));
		await editor.openWorkflow(id);
		const text = await editor.canvas.step('Photos').innerText();
		expect(text).toMatch(/Photos\s+Image to 3D$/);
	});
});

describe('a mistake', () => {
	beforeAll(async () => {
		await startWith('Image3D Generate');
		await editor.nodePanel.chooseCredential(stage.credential.name);
	});

	it('is named where the prompt is empty', async () => {
		await editor.nodePanel.execute();
		await editor.page.getByText('Parameter "Prompt" is required.').waitFor();
		await editor.canvas.dismissNotices();
	});

	it('is explained where the item has no picture', async () => {
		const { nodePanel } = editor;
		await nodePanel.choose('Mode', 'Image to 3D');
		await nodePanel.execute();
		const said = await nodePanel.output.waitForText(
			'The item has no file in the field "data"',
			RUN_TIMEOUT_MS,
		);
		expect(said).toContain('let a step before this one load the picture. Nothing was charged.');
		await editor.canvas.dismissNotices();
	});

	it('is quoted once where the service refuses a quality', async () => {
		const credentials = { image3dApi: { id: stage.credential.id, name: stage.credential.name } };
		const parameters = { prompt: 'a vase', quality: "={{ 'proplus' }}" };
		const type = 'n8n-nodes-image3d.image3dGenerate';
		const steps = [START, { name: 'Generate', type, parameters, credentials }];
		const { id } = await stage.client.saveWorkflow(chain('A quality of tomorrow', steps));
		await editor.openWorkflow(id);
		await editor.canvas.openStep('Generate');
		const { nodePanel } = editor;
		await nodePanel.execute();
		await nodePanel.output.waitForText('quality must be fast, standard, pro or ultra', RUN_TIMEOUT_MS);
		await nodePanel.output.pane.locator('summary').filter({ hasText: 'From' }).click();
		const said = await nodePanel.output.pane.innerText();
		expect(said).toContain('Image3D did not accept the request: quality must be');
		expect(said.match(/quality must be/g)).toHaveLength(1);
		await editor.canvas.dismissNotices();
		await nodePanel.close();
		await startWith('Image3D Generate');
	});

	it('is explained where a refresh token is dead', async () => {
		const { nodePanel, credentialDialog } = editor;
		await nodePanel.createCredential();
		const refreshToken = 'AMf-a-token-that-was-never-given-out';
		await fillIn('Refresh Token', { ...(await addUser(0)), refreshToken });
		await credentialDialog.save();
		const said = await credentialDialog.readRefusal();
		expect(said).toContain(
			'The refresh token is not valid. Sign in at Image3D again and paste a new refresh token into the credential.',
		);
		expect(said).not.toContain(refreshToken);
		await credentialDialog.close();
	});
});
