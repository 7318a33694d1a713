/** The dialog in which a user fills in a credential, saves it, and reads what its connection test says. */
import type { Locator, Page } from 'playwright-core';

const GREEN = 'Connection tested successfully';
/** After this time the Save button says what it is doing. */
const START_MS = 300;

export class CredentialDialog {
	constructor(private readonly page: Page) {}

	get dialog(): Locator {
		return this.page.getByTestId('editCredential-modal');
	}

	/** The field under a label; n8n marks a required one with a star. */
	field(label: string): Locator {
		const text = new RegExp(`^\\s*${label}\\s*\\*?\\s*$`);
		return this.dialog
			.getByTestId('credential-connection-parameter')
			.filter({ has: this.page.getByText(text) });
	}

	async choose(label: string, option: string): Promise<void> {
		await this.field(label).getByRole('combobox').first().click();
		await this.page.getByRole('option').getByText(option, { exact: true }).click();
	}

	/** Fills in fields by their labels. */
	async fill(values: Record<string, string>): Promise<void> {
		for (const [label, value] of Object.entries(values)) {
			await this.field(label).locator('input').fill(value);
		}
	}

	/** Presses Save, which tests the connection as well, and waits for the verdict. */
	async save(): Promise<void> {
		const button = this.dialog.getByTestId('credential-save-button');
		await button.click();
		// It says in turn what it does; n8n then closes the dialog of a new credential that passes, and no other.
		await this.page.waitForTimeout(START_MS);
		await button.getByText(/Saving|Testing/).waitFor({ state: 'hidden' });
	}

	/** Waits for the green line. */
	async waitForGreen(): Promise<void> {
		await this.dialog.getByText(GREEN).waitFor();
	}

	/** What the red box says, opened to its full length. */
	async readRefusal(): Promise<string> {
		await this.dialog.getByText('Couldn’t connect with these settings').waitFor();
		await this.dialog.getByText('More details', { exact: true }).click();
		await this.dialog.getByText('More details', { exact: true }).waitFor({ state: 'hidden' });
		return await this.dialog.innerText();
	}

	async close(): Promise<void> {
		await this.dialog.getByRole('button', { name: /close/i }).first().click();
		await this.dialog.waitFor({ state: 'hidden' });
	}
}
