/** The credential dialogs as a newcomer meets them, on a small screen, in light and dark. */
import { join } from 'node:path';
import type { Editor, Theme } from '../editor/editor';
import { photograph } from '../editor/photograph';
import { IMAGES } from './stage';

/** The smallest screen that n8n's users have in number. */
const SMALL_SCREEN = { width: 1280, height: 720 };
const THEMES: Theme[] = ['light', 'dark'];
const METHODS = { 'Refresh Token': 'refresh-token', 'Pasted Token': 'pasted-token' };

/** @param folder where the pictures go. */
export async function photographDialogs(editor: Editor, _stage?: unknown, folder = IMAGES): Promise<void> {
	const { credentialDialog, nodeCreator, nodePanel, page } = editor;
	await page.setViewportSize(SMALL_SCREEN);
	const take = async (name: string) => {
		for (const theme of THEMES) {
			await editor.setTheme(theme);
			await editor.settle();
			await photograph(page, join(folder, `${name}${theme === 'dark' ? '-dark' : ''}.png`));
		}
		await editor.setTheme('light');
	};
	await editor.newWorkflow();
	// n8n leaves the word "Trigger" out where it lists triggers.
	await nodeCreator.addFromCommunity('Image3D');
	await nodePanel.createCredential();
	await take('credential-new');
	for (const [method, name] of Object.entries(METHODS)) {
		await credentialDialog.choose('Sign-In Method', method);
		await take(`credential-${name}`);
	}
	await credentialDialog.close();
	await nodePanel.choose('Task Source', 'Data Table');
	await nodePanel.createCredential(1);
	await take('credential-n8n');
	await credentialDialog.close();
	await editor.setHeight();
}
