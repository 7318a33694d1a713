/** The panel of one step: what came in, what the user fills in, what came out. */
import type { Locator, Page } from 'playwright-core';
import { widthOf } from './image';
import { OutputPane } from './outputPane';

interface Box {
	scrollWidth: number;
	clientWidth: number;
}

export class NodePanel {
	readonly output: OutputPane;

	constructor(private readonly page: Page) {
		this.output = new OutputPane(page);
	}

	get parameters(): Locator {
		return this.page.getByTestId('node-parameters');
	}

	/** The step's icon in the panel's title: its address, and its width in pixels once it is drawn. */
	async icon(): Promise<{ address: string; width: number }> {
		const icon = this.page
			.getByTestId('ndv')
			.getByTestId('node-title-container')
			.locator('xpath=..')
			.locator('img');
		return { address: (await icon.getAttribute('src')) ?? '', width: await widthOf(icon) };
	}

	/** The field under a label. */
	field(label: string): Locator {
		const labels = this.page.getByTestId('input-label').getByText(label, { exact: true });
		return this.page.getByTestId('parameter-item').filter({ has: labels }).last();
	}

	async fill(label: string, text: string): Promise<void> {
		await this.field(label).getByTestId('parameter-input-field').fill(text);
	}

	/** Shows the options of a list. */
	async openList(label: string): Promise<void> {
		await this.field(label).getByRole('combobox').first().click();
	}

	/** Chooses an option of a list by its name. */
	async choose(label: string, option: string): Promise<void> {
		await this.openList(label);
		await this.page.getByRole('option').getByText(option, { exact: true }).click();
	}

	/** Chooses from a list that the node looks up, such as the Data Tables of this n8n. */
	async chooseFromList(label: string, entry: string): Promise<void> {
		await this.field(label).getByTestId('rlc-input').click();
		await this.page.getByTestId('rlc-item').getByText(entry, { exact: true }).click();
	}

	async execute(): Promise<void> {
		await this.page.getByTestId('node-execute-button').click();
	}

	/** Chooses one of the credentials that there are, by its name. */
	async chooseCredential(name: string): Promise<void> {
		await this.page.getByTestId('node-credentials-select').first().click();
		await this.page.getByRole('option').getByText(name, { exact: true }).click();
	}

	/** Opens the dialog of a new credential for this step. */
	async createCredential(): Promise<void> {
		await this.page.getByTestId('node-credentials-select').first().click();
		await this.page.getByText('Create new credential', { exact: true }).click();
	}

	/** Opens the dialog of a type of which there is no credential yet: n8n shows a button with its name. */
	async connectTo(name: string): Promise<void> {
		await this.page.getByRole('button', { name: `Connect to ${name}` }).click();
	}

	/** Where *Docs* leads. */
	async docsAddress(): Promise<string | null> {
		return await this.page
			.getByTestId('ndv')
			.getByRole('link', { name: 'Docs' })
			.first()
			.getAttribute('href');
	}

	/** Brings the field under a label to where it can be seen. */
	async scrollTo(label: string): Promise<void> {
		await this.parameters
			.getByText(label, { exact: true })
			.first()
			.evaluate((element) => {
				(element as unknown as { scrollIntoView(options: object): void }).scrollIntoView({ block: 'start' });
			});
	}

	/** Labels that are wider than their room. */
	async cutOffLabels(): Promise<string[]> {
		const labels = await this.parameters.getByTestId('input-label').all();
		const widths = labels.map(
			async (label) =>
				await label.evaluate((element) => {
					const { innerText } = element as unknown as { innerText: string };
					const parts = [
						element,
						...(element as unknown as { querySelectorAll(all: string): Box[] }).querySelectorAll('*'),
					];
					return (parts as Box[]).some(
						({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1,
					)
						? innerText
						: '';
				}),
		);
		return (await Promise.all(widths)).filter((text) => text !== '');
	}

	/** Adds an option of the collection Options by its name. */
	async addOption(name: string): Promise<void> {
		await this.parameters.getByTestId('collection-parameter-add').last().click();
		await this.page.getByTestId('collection-parameter-option').getByText(name, { exact: true }).click();
	}

	/** Opens the dialog of the step's credential. */
	async editCredential(): Promise<void> {
		await this.page.getByTestId('credential-edit-button').first().click();
	}

	async close(): Promise<void> {
		await this.page.getByTestId('ndv-close-button').click();
	}
}
