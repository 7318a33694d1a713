/** n8n's editor in a browser, signed in, with its parts as a user knows them. Made for tests and for pictures. */
import { chromium, selectors, type Browser, type Page } from 'playwright-core';
import { CHROMIUM_ARGS, provideChromium } from '../process/chromium';
import type { Owner } from '../n8n/types';
import { Canvas } from './canvas';
import { CredentialDialog } from './credentialDialog';
import { NodeCreator } from './nodeCreator';
import { NodePanel } from './nodePanel';

export type Theme = 'light' | 'dark';

/** The editor with a busy machine under it; nothing that works takes that long. */
const STEP_TIMEOUT_MS = 45_000;
const WINDOW = { width: 1440, height: 860 };

/** A headless Chromium, installed where it is missing and may be. Throws when there is none. */
export async function launchChromium(): Promise<Browser> {
	const executablePath = await provideChromium();
	// n8n's own name for it.
	selectors.setTestIdAttribute('data-test-id');
	return await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
}

export class Editor {
	/** What the editor wrote into the browser's console as an error since somebody signed in. */
	readonly complaints: string[] = [];
	readonly canvas: Canvas;
	readonly nodeCreator: NodeCreator;
	readonly nodePanel: NodePanel;
	readonly credentialDialog: CredentialDialog;

	private constructor(
		readonly page: Page,
		private readonly url: string,
	) {
		this.canvas = new Canvas(page);
		this.nodeCreator = new NodeCreator(page);
		this.nodePanel = new NodePanel(page);
		this.credentialDialog = new CredentialDialog(page);
	}

	/** Opens a window of its own and signs in. n8n's colors follow the window's. */
	static async open(browser: Browser, url: string, owner: Owner, theme: Theme = 'light'): Promise<Editor> {
		const page = await browser.newPage({ viewport: WINDOW, colorScheme: theme });
		page.setDefaultTimeout(STEP_TIMEOUT_MS);
		const editor = new Editor(page, url);
		await editor.signIn(owner);
		page.on('console', (message) => {
			const from = message.location().url;
			// The editor looks up community packages on the internet, which need not be there.
			if (message.type() !== 'error' || !from.startsWith(url)) return;
			editor.complaints.push(`${message.text()} ${from}`);
		});
		page.on('pageerror', (error) => editor.complaints.push(error.message));
		// n8n points at its newest keys, once per browser.
		await page.addLocatorHandler(
			page.getByText('Got it', { exact: true }),
			async (hint) => await hint.click(),
		);
		return editor;
	}

	/** A new, empty workflow. */
	async newWorkflow(): Promise<void> {
		await this.goTo('/workflow/new');
		await this.page.getByText('Add first step').waitFor();
	}

	async openWorkflow(id: string): Promise<void> {
		await this.goTo(`/workflow/${id}`);
		await this.canvas.firstStep.waitFor();
	}

	/** Shows what the steps of an execution did. */
	async openExecution(workflowId: string, executionId: string): Promise<void> {
		await this.goTo(`/workflow/${workflowId}/executions/${executionId}`);
		await this.canvas.firstStep.waitFor();
	}

	/** Opens a Data Table by its name. */
	async openDataTable(name: string): Promise<void> {
		await this.goTo('/home/datatables');
		await this.page.getByText(name, { exact: true }).first().click();
		await this.page.getByText('Add Column').waitFor();
	}

	async setTheme(theme: Theme): Promise<void> {
		await this.page.emulateMedia({ colorScheme: theme });
	}

	/** Makes the window taller or lower; as it was at first when left out. */
	async setHeight(height = WINDOW.height): Promise<void> {
		await this.setSize({ ...WINDOW, height });
	}

	/** Makes the window another size; as it was at first when left out. */
	async setSize(size = WINDOW): Promise<void> {
		await this.page.setViewportSize(size);
	}

	/** Animations and late panels: nothing tells when the editor has finished drawing. */
	async settle(): Promise<void> {
		await this.page.waitForTimeout(1_500);
	}

	private async signIn({ email, password }: Owner): Promise<void> {
		await this.goTo('/signin');
		await this.page.locator('input[type=email]').fill(email);
		await this.page.locator('input[type=password]').fill(password);
		await this.page.keyboard.press('Enter');
		await this.page.waitForURL((url) => !url.pathname.startsWith('/signin'));
	}

	private async goTo(path: string): Promise<void> {
		await this.page.goto(`${this.url}${path}`, { waitUntil: 'domcontentloaded' });
	}
}
