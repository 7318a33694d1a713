/** Every panel and every credential dialog as a newcomer meets it, in both themes and in the smallest usual window. */
import { join } from 'node:path';
import type { Editor, Theme } from '../../harness/editor/editor';
import { photograph } from '../../harness/editor/photograph';
import type { WorkflowInput } from '../../harness/n8n/types';
import { IMAGES, type PictureStage } from './pictureStage';

/** A laptop's window. */
const SMALL = { width: 1_280, height: 720 };
const THEMES: Theme[] = ['light', 'dark'];

interface Panel {
	/** Of the picture's file. */
	name: string;
	node: string;
	parameters?: Record<string, unknown>;
	/** What to bring into sight. */
	scrollTo?: string;
	/** The list to open. */
	opens?: string;
}

const PANELS: Panel[] = [
	{ name: 'generate', node: 'Generate' },
	{ name: 'generate-image', node: 'Generate', parameters: { mode: 'image' } },
	{
		name: 'generate-options',
		node: 'Generate',
		parameters: {
			prompt: 'a red leather armchair',
			options: { simplify: true, minimumBalance: 10, spendLimit: 100, timeout: 600 },
		},
		scrollTo: 'Options',
	},
	{
		name: 'model-limits',
		node: 'Generate',
		parameters: { prompt: 'a red leather armchair', options: { budget: { limits: { preset: 'custom' } } } },
		scrollTo: 'Model Limits',
	},
	{
		name: 'model-limits-presets',
		node: 'Generate',
		parameters: { prompt: 'a red leather armchair', options: { budget: { limits: { preset: 'custom' } } } },
		scrollTo: 'Model Limits',
		opens: 'Preset',
	},
	{ name: 'model-fit', node: 'Model', parameters: { operation: 'fit', preset: 'shopify' } },
	{
		name: 'model-resize',
		node: 'Model',
		parameters: { operation: 'resize', dimension: 'height', length: '82,5' },
	},
	{ name: 'model-convert', node: 'Model', parameters: { operation: 'convert' } },
	{ name: 'model-picture', node: 'Model', parameters: { operation: 'picture', background: 'white' } },
	{ name: 'model-page', node: 'Model', parameters: { operation: 'page', title: 'Red armchair' } },
	{ name: 'model-inspect', node: 'Model', parameters: { operation: 'inspect', forPrinting: true } },
	{ name: 'status', node: 'Status', parameters: { waitForCompletion: true } },
	{ name: 'balance', node: 'Balance', parameters: { options: { minimumBalance: 10 } } },
	{ name: 'checkout', node: 'Checkout' },
	{
		name: 'trigger',
		node: 'Trigger',
		parameters: { taskSource: 'dataTable', options: { statusColumn: 'state', statusValue: 'waiting' } },
	},
	{ name: 'trigger-balance', node: 'Trigger', parameters: { event: 'balanceLow' } },
];

/** The sign-in methods of the credential, by the name of their picture. */
const SIGN_INS = {
	'sign-in-email-link': 'Email Link',
	'sign-in-refresh-token': 'Refresh Token',
	'sign-in-pasted-token': 'Pasted Token',
};

/** Takes `docs/images/panels/NAME.png` and `NAME-dark.png` of them all. */
export async function photographPanels(editor: Editor, { client, credential }: PictureStage): Promise<void> {
	const { id } = await client.saveWorkflow(workflowOf(PANELS, credential));
	await editor.setSize(SMALL);
	for (const theme of THEMES) {
		await editor.setTheme(theme);
		await editor.openWorkflow(id);
		for (const { name, scrollTo, opens } of PANELS) {
			await editor.canvas.fit();
			await editor.canvas.openStep(name);
			if (scrollTo !== undefined) await editor.nodePanel.scrollTo(scrollTo);
			if (opens !== undefined) await editor.nodePanel.openList(opens);
			await take(editor, name, theme);
			if (opens !== undefined) await editor.page.keyboard.press('Escape');
			await editor.nodePanel.close();
		}
		await photographDialogs(editor, theme);
	}
	await editor.setTheme('light');
	await editor.setSize();
}

async function photographDialogs(editor: Editor, theme: Theme): Promise<void> {
	const { canvas, credentialDialog, nodePanel } = editor;
	await canvas.openStep('balance');
	await nodePanel.createCredential();
	for (const [name, method] of Object.entries(SIGN_INS)) {
		await credentialDialog.choose('Sign-In Method', method);
		await take(editor, name, theme);
	}
	await credentialDialog.close();
	await nodePanel.close();
	await canvas.openStep('trigger');
	await nodePanel.connectTo('Image3D N8n');
	await take(editor, 'n8n-api-key', theme);
	await credentialDialog.close();
	await nodePanel.close();
}

async function take(editor: Editor, name: string, theme: Theme): Promise<void> {
	await editor.page.mouse.move(0, 0);
	await editor.settle();
	await photograph(editor.page, join(IMAGES, 'panels', `${name}${theme === 'dark' ? '-dark' : ''}.png`));
}

/** Steps side by side, each named after its picture. */
function workflowOf(panels: Panel[], { id, name }: PictureStage['credential']): WorkflowInput {
	const nodes = panels.map((panel, index) => ({
		name: panel.name,
		type: `n8n-nodes-image3d.image3d${panel.node}`,
		typeVersion: 1,
		position: [(index % 3) * 260, Math.floor(index / 3) * 180] as [number, number],
		parameters: panel.parameters ?? {},
		credentials: { image3dApi: { id, name } },
	}));
	return { name: 'Image3D panels', nodes };
}
