/** The canvas of every template, as a reader sees it before copying one. */
import { basename, join } from 'node:path';
import type { Editor } from '../../harness/editor/editor';
import { photograph } from '../../harness/editor/photograph';
import type { N8nClient } from '../../harness/n8n/client';
import type { Workflow } from '../../harness/n8n/types';
import { IMAGES, type PictureStage } from './pictureStage';

const WINDOW_HEIGHT = 900;
/** Room for the names, which stand below the steps and are wider than these. */
const MARGIN = { side: 50, top: 20, bottom: 60 };
/** What lies over the canvas without belonging to the workflow. */
const CONTROLS = [
	'canvas-controls',
	'execute-workflow-button',
	'workflow-chat-button',
	'canvas-handle-plus',
	'node-creator-plus-button',
	'command-bar-button',
	'add-sticky-button',
	'toggle-focus-panel-button',
	'instance-ai-canvas-action-button',
];

/** Takes `docs/images/templates/NAME.png` of every template in `templates/`. */
export async function photographTemplates(
	editor: Editor,
	{ client, workflows }: PictureStage,
): Promise<void> {
	await editor.setHeight(WINDOW_HEIGHT);
	for (const [fileName, workflow] of workflows) {
		await fillInCredentials(client, await client.workflow(workflow.id));
		const picture = join(IMAGES, 'templates', `${basename(fileName, '.json')}.png`);
		await photographCanvas(editor, workflow.id, picture);
	}
}

/** Takes a picture of a workflow's steps and notes, and nothing around them. */
async function photographCanvas(editor: Editor, workflowId: string, file: string): Promise<void> {
	await editor.openWorkflow(workflowId);
	await editor.settle();
	await editor.canvas.fit();
	await editor.settle();
	const boxes = (
		await Promise.all((await editor.canvas.everything.all()).map(async (part) => await part.boundingBox()))
	).filter((box) => box !== null);
	const left = Math.min(...boxes.map(({ x }) => x)) - MARGIN.side;
	const top = Math.min(...boxes.map(({ y }) => y)) - MARGIN.top;
	const right = Math.max(...boxes.map(({ x, width }) => x + width)) + MARGIN.side;
	const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + MARGIN.bottom;
	await photograph(editor.page, file, {
		clip: { x: left, y: top, width: right - left, height: bottom - top },
		style: CONTROLS.map((name) => `[data-test-id="${name}"] { visibility: hidden }`).join('\n'),
	});
}

/** Gives steps of other services an empty credential, so that n8n does not mark them as unfinished. */
async function fillInCredentials(client: N8nClient, workflow: Workflow): Promise<void> {
	const { name, nodes, connections, settings } = workflow;
	for (const { credentials = {} } of nodes) {
		for (const [type, { id, name: credentialName }] of Object.entries(credentials)) {
			if (id) continue;
			credentials[type] = await client.saveCredential({ name: credentialName, type, data: {} });
		}
	}
	await client.saveWorkflow({ name, nodes, connections, settings });
}
