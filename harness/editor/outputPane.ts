/** The right-hand side of a step's panel: its items, its files with View and Download, or its error. */
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { widthOf } from './image';

export class OutputPane {
	constructor(private readonly page: Page) {}

	get pane(): Locator {
		return this.page.getByTestId('output-panel');
	}

	/** Waits for a text in it, such as `1 item`, and returns all that can be read. */
	async waitForText(text: string, timeoutMs?: number): Promise<string> {
		await this.pane.getByText(text).first().waitFor({ timeout: timeoutMs });
		return await this.pane.innerText();
	}

	async show(view: 'Schema' | 'Table' | 'JSON' | 'Binary'): Promise<void> {
		await this.pane.getByText(view, { exact: true }).click();
	}

	/** Downloads the file of a binary field with the button under it. */
	async download(field: string): Promise<{ fileName: string; bytes: Buffer }> {
		const started = this.page.waitForEvent('download');
		await this.file(field).getByText('Download', { exact: true }).click();
		const download = await started;
		return { fileName: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
	}

	/** Shows the picture of a binary field and returns its width in pixels once it is drawn. */
	async view(field: string): Promise<number> {
		await this.file(field).getByText('View', { exact: true }).click();
		return await widthOf(this.pane.locator('img[src*="binary-data"]'));
	}

	/** The innermost box that has the field's name and its buttons. */
	private file(field: string): Locator {
		return this.pane
			.locator('div')
			.filter({ has: this.page.getByText(field, { exact: true }) })
			.filter({ has: this.page.getByText('Download', { exact: true }) })
			.last();
	}
}
