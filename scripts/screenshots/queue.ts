/** The queue of models as the README walks through it: the table, the trigger, and what it started. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Editor } from '../../harness/editor/editor';
import { photograph } from '../../harness/editor/photograph';
import { IMAGES, type PictureStage } from './pictureStage';

const TABLE = 'Image3D queue';
const TRIGGER = 'Image3D Trigger';
const LAST_STEP = 'Note it in the table';
const RUN_TIMEOUT_MS = 120_000;
/** Several of the trigger's polls, one of which may just have begun. */
const DELIVERY_TIMEOUT_MS = 300_000;
const TABLE_HEIGHT = 300;
const CANVAS_HEIGHT = 640;
const PANEL_HEIGHT = 1_100;

export async function photographQueue(editor: Editor, stage: PictureStage): Promise<void> {
	const { client, workflows } = stage;
	const { canvas, nodePanel, page } = editor;
	await editor.openWorkflow(workflows.get('queue-1-submit.json')!.id);
	await canvas.execute();
	await canvas.waitForSuccess(LAST_STEP, RUN_TIMEOUT_MS);
	await editor.openDataTable(TABLE);
	await editor.setHeight(TABLE_HEIGHT);
	await editor.settle();
	await photograph(page, join(IMAGES, 'queue-table.png'));

	await client.saveCredential({
		name: 'This n8n',
		type: 'image3dN8nApi',
		data: {
			instanceUrl: stage.url.replace('//localhost:', '//127.0.0.1:'),
			apiKey: await client.createApiKey(TABLE),
		},
	});
	const { id } = workflows.get('queue-2-deliver.json')!;
	await editor.setHeight(PANEL_HEIGHT);
	await editor.openWorkflow(id);
	await canvas.openStep(TRIGGER);
	await nodePanel.chooseFromList('Data Table', TABLE);
	await page.mouse.move(0, 0);
	await editor.settle();
	await photograph(page, join(IMAGES, 'queue-trigger.png'));
	await nodePanel.close();
	await canvas.publish();

	await editor.setHeight(CANVAS_HEIGHT);
	await editor.openExecution(id, await waitForDelivery(stage, id));
	await canvas.dismissChecklist();
	await canvas.fit();
	await editor.settle();
	await photograph(page, join(IMAGES, 'queue-delivered.png'));
}

/** The execution that the trigger started. */
async function waitForDelivery({ client }: PictureStage, workflowId: string): Promise<string> {
	for (const deadline = Date.now() + DELIVERY_TIMEOUT_MS; Date.now() < deadline; await sleep(1_000)) {
		const executions = await client.executions(workflowId);
		const finished = executions.find(({ status }) => status === 'success');
		if (finished) return finished.id;
	}
	throw new Error(`${TRIGGER} started nothing in ${DELIVERY_TIMEOUT_MS / 1000} s`);
}
