/** `npm run screenshots`: takes the pictures of the documentation from a real n8n editor, driven as a user would. */
import { Editor, launchChromium } from '../harness/editor/editor';
import { stopAllPrograms } from '../harness/process/processes';
import { withStep } from '../harness/process/withStep';
import { say } from '../harness/process/say';
import { photographTemplates } from './screenshots/canvases';
import { photographMainWorkflow } from './screenshots/mainWorkflow';
import { photographPanels } from './screenshots/photographPanels';
import { photographQueue } from './screenshots/queue';
import { photographSentence } from './screenshots/sentence';
import { IMAGES, openPictureStage } from './screenshots/pictureStage';

const PICTURES = {
	'The main workflow': photographMainWorkflow,
	'A credential and a model of a sentence': photographSentence,
	'Every panel and dialog': photographPanels,
	'The queue of models': photographQueue,
	// After the queue, whose trigger knows its table by then.
	'Every template': photographTemplates,
};

/** `npm run screenshots -- panel` takes only those whose name has this word in it. */
const WANTED = process.argv[2]?.toLowerCase() ?? '';

async function main(): Promise<void> {
	const stage = await withStep('Starting n8n and the sandbox of the Image3D service', openPictureStage);
	const browser = await launchChromium();
	try {
		const editor = await Editor.open(browser, stage.url, stage.owner);
		for (const [name, take] of Object.entries(PICTURES)) {
			if (!name.toLowerCase().includes(WANTED)) continue;
			await withStep(name, async () => await take(editor, stage));
		}
		say(`\n  The pictures are in ${IMAGES}\n\n`);
	} finally {
		await browser.close();
		await stage.close();
	}
}

main()
	.catch((error: Error) => {
		say(`\n${error.message}\n`);
		process.exitCode = 1;
	})
	.finally(async () => {
		await stopAllPrograms();
		process.exit();
	});
