/** The list at the editor's side in which a user searches for a node and adds it. */
import type { Page } from 'playwright-core';

const SETTLE_MS = 700;

export class NodeCreator {
	constructor(private readonly page: Page) {}

	/** Opens the list and searches; returns the names of what is found, from the top. */
	async search(text: string): Promise<string[]> {
		const field = this.page.getByTestId('node-creator-search-bar').first();
		if (!(await field.isVisible())) await this.page.getByTestId('node-creator-plus-button').click();
		await field.fill(text);
		const found = this.page.getByTestId('node-creator-item-name');
		await found.first().waitFor();
		// The list goes on changing for a moment.
		await this.page.waitForTimeout(SETTLE_MS);
		const names = await found.allInnerTexts();
		return names.map((name) => name.trim());
	}

	/** Adds a node of n8n's own to the workflow, by its name in the list. */
	async add(name: string): Promise<void> {
		await this.search(name);
		await this.page.getByTestId('node-creator-item-name').getByText(name, { exact: true }).click();
	}

	/** Adds a node of a community package, of which n8n shows the details first. Its panel opens. */
	async addFromCommunity(name: string): Promise<void> {
		await this.add(name);
		await this.page.getByText('Add to workflow', { exact: true }).click();
		await this.page.getByTestId('node-parameters').waitFor();
	}
}
