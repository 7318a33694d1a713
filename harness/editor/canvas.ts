/** The canvas of n8n's editor: the steps of a workflow and the button that executes it. */
import type { Locator, Page } from 'playwright-core';

export class Canvas {
	constructor(private readonly page: Page) {}

	get firstStep(): Locator {
		return this.page.getByTestId('canvas-node').first();
	}

	step(name: string): Locator {
		return this.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
	}

	/** Every step and note, for their places on the screen. */
	get everything(): Locator {
		return this.page.getByTestId('canvas-node').or(this.page.getByTestId('sticky'));
	}

	/** Opens the panel of a step. */
	async openStep(name: string): Promise<void> {
		await this.step(name).dblclick();
		await this.page.getByTestId('node-parameters').waitFor();
	}

	async execute(): Promise<void> {
		await this.page.getByTestId('execute-workflow-button').click();
	}

	/** Waits until a step has its green tick. */
	async waitForSuccess(name: string, timeoutMs: number): Promise<void> {
		await this.step(name).getByTestId('canvas-node-status-success').waitFor({ timeout: timeoutMs });
	}

	/** Closes what n8n announced in the corner. */
	async dismissNotices(): Promise<void> {
		const closers = this.page.locator('.el-notification__closeBtn');
		while ((await closers.count()) > 0) {
			// One that goes by itself meanwhile is gone as well.
			await closers
				.first()
				.click({ timeout: 2_000 })
				.catch(() => undefined);
			await this.page.waitForTimeout(500);
		}
	}

	/** Publishes the workflow, under the version name that n8n proposes. */
	async publish(): Promise<void> {
		await this.page.getByTestId('workflow-open-publish-modal-button').click();
		await this.page.getByTestId('workflow-publish-button').click();
		await this.page.getByTestId('workflow-publish-button').waitFor({ state: 'hidden' });
	}

	/** Closes n8n's list of things to think of, which it shows beside a workflow's first executions. */
	async dismissChecklist(): Promise<void> {
		const title = this.page.getByText('Production Checklist', { exact: true });
		await title
			.waitFor({ timeout: 3_000 })
			.then(async () => await this.page.keyboard.press('Escape'))
			.catch(() => undefined);
	}

	/** Makes the whole workflow fit the window. */
	async fit(): Promise<void> {
		await this.page.getByTestId('zoom-to-fit').click();
		await this.page.mouse.move(0, 0);
	}
}
