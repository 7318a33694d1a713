/** The main workflow after a run, and what its step Image3D Generate made of the product pictures. */
import { join } from 'node:path';
import type { Editor } from '../../harness/editor/editor';
import { photograph } from '../../harness/editor/photograph';
import { STEPS } from '../../harness/start/results';
import { MAIN_TEMPLATE } from '../../harness/start/templates';
import { IMAGES, type PictureStage } from './pictureStage';

const RUN_TIMEOUT_MS = 120_000;
const CANVAS_HEIGHT = 640;

export async function photographMainWorkflow(editor: Editor, { workflows }: PictureStage): Promise<void> {
	const { canvas, nodePanel, page } = editor;
	await editor.setHeight(CANVAS_HEIGHT);
	await editor.openWorkflow(workflows.get(MAIN_TEMPLATE)!.id);
	await canvas.execute();
	await canvas.waitForSuccess(STEPS.save, RUN_TIMEOUT_MS);
	await canvas.dismissNotices();
	await canvas.fit();
	await editor.settle();
	await photograph(page, join(IMAGES, 'main-workflow.png'));
	await editor.setHeight();
	await canvas.openStep(STEPS.generate);
	await nodePanel.output.show('Binary');
	await editor.settle();
	await photograph(page, join(IMAGES, 'generate-output.png'));
}
