/** Signing in and making a model of a sentence: the credential, and the model's picture in light and dark. */
import { join } from 'node:path';
import type { Editor } from '../../harness/editor/editor';
import { photograph } from '../../harness/editor/photograph';
import { IMAGES, type PictureStage } from './pictureStage';

const RUN_TIMEOUT_MS = 120_000;
const SENTENCE = 'a red leather sofa with black legs';

export async function photographSentence(editor: Editor, { credential }: PictureStage): Promise<void> {
	const { canvas, credentialDialog, nodeCreator, nodePanel, page } = editor;
	await editor.newWorkflow();
	await nodeCreator.add('Manual Trigger');
	await nodeCreator.addFromCommunity('Image3D Generate');
	await nodePanel.chooseCredential(credential.name);

	await nodePanel.editCredential();
	await credentialDialog.waitForGreen();
	await editor.settle();
	await photograph(page, join(IMAGES, 'credential.png'));
	await credentialDialog.close();

	await nodePanel.fill('Prompt', SENTENCE);
	await nodePanel.execute();
	await nodePanel.output.waitForText('1 item', RUN_TIMEOUT_MS);
	await nodePanel.output.show('Binary');
	await nodePanel.output.view('preview');
	await canvas.dismissNotices();
	await editor.settle();
	await photograph(page, join(IMAGES, 'binary-preview.png'));

	await editor.setTheme('dark');
	await editor.settle();
	await photograph(page, join(IMAGES, 'generate-dark.png'));
	await editor.setTheme('light');
}
