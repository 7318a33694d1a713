/** Under which names models are handed on: the picture's, the prompt's, the user's; each once in an execution. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeExecutionData } from 'n8n-workflow';

import { useShortWaits } from '../../../harness/sandbox/dice';
import {
	generate,
	itemsOf,
	PROMPT_OF_ITEM,
	promptItems,
	runLoopOfTwo,
} from '../../../harness/sandbox/generation';
import { usePack } from '../../../harness/sandbox/pack';
import { startWebServer } from '../../../harness/sandbox/webServer';

const pack = usePack();
useShortWaits();

const photo = readFileSync(join(__dirname, '..', '..', '..', 'templates', 'pictures', 'coffee-cup.jpg'));
const fileNamesOf = (items: INodeExecutionData[]) => items.map(({ binary }) => binary?.data.fileName);

async function pictureItems(...names: Array<string | undefined>): Promise<INodeExecutionData[]> {
	return await Promise.all(
		names.map(async (fileName) => ({
			json: {},
			binary: { data: await pack.engine.binary(photo, { mimeType: 'image/jpeg', fileName }) },
		})),
	);
}

describe('a model without a wish', () => {
	it('is called like its picture, once each, whatever order the models end in', async () => {
		const account = await pack.account({ jitter: 0.4, seed: 5 });
		const items = await pictureItems('chair.jpg', 'chair.png', 'CHAIR.JPEG', 'photos/table.webp', undefined);
		const { items: output } = await generate(pack, account, { mode: 'image' }, { items });
		expect(fileNamesOf(output)).toEqual([
			'chair.glb',
			'chair-2.glb',
			'CHAIR-3.glb',
			'table.glb',
			`${output[4].json.task_id}.glb`,
		]);
	});

	it('is called by the first words of its prompt', async () => {
		const account = await pack.account();
		const items = promptItems(
			'a 1/2 inch bolt',
			'a vase',
			'a vase',
			'a "fancy" lamp: 50% off?',
			'../..',
			'con',
		);
		const { items: output } = await generate(pack, account, { prompt: PROMPT_OF_ITEM }, { items });
		expect(fileNamesOf(output)).toEqual([
			'a 1-2 inch bolt.glb',
			'a vase.glb',
			'a vase-2.glb',
			'a fancy lamp 50% off.glb',
			`${output[4].json.task_id}.glb`,
			'_con.glb',
		]);
	});

	it('is called like the file behind a link', async () => {
		const account = await pack.account();
		const web = await startWebServer((_request, response) => void response.writeHead(200).end(photo));
		const items = itemsOf({ link: `${web.url}/a/Red%20chair.jpg?w=9` }, { link: `${web.url}/image?id=7` });
		const parameters = { mode: 'image', imageSource: 'url', imageUrl: '={{ $json.link }}' };
		const { items: output } = await generate(pack, account, parameters, { items });
		await web.close();
		expect(fileNamesOf(output)).toEqual(['Red chair.glb', `${output[1].json.task_id}.glb`]);
	});

	it('has a preview of the same name', async () => {
		const account = await pack.account();
		const options = { preview: undefined };
		const items = promptItems('a vase', 'a vase');
		const { items: output } = await generate(pack, account, { options }, { items });
		const previews = output.map(({ binary }) => binary!.preview.fileName);
		expect(previews).toEqual(['a vase.png', 'a vase-2.png']);
	});
});

it('two wishes that are one file get two names', async () => {
	const account = await pack.account();
	const items = itemsOf({ sku: 'A/1' }, { sku: 'a:1' }, { sku: ' A-1.glb' }, { sku: 'x'.repeat(300) });
	const options = { fileName: '={{ $json.sku }}' };
	const { items: output } = await generate(pack, account, { options }, { items });
	expect(fileNamesOf(output)).toEqual(['A-1.glb', 'a-1-2.glb', 'A-1-3.glb', `${'x'.repeat(196)}.glb`]);
});

it('an item that fails keeps its name for a try again', async () => {
	const account = await pack.account();
	await account.faults({ on: 'generate', kind: 'failJob' });
	const items = promptItems('a vase', 'a vase', 'a vase');
	const parameters = { options: { concurrency: 1 } };
	const onError = 'continueRegularOutput' as const;
	const { items: output } = await generate(pack, account, parameters, { items, onError });
	expect(fileNamesOf(output)).toEqual([undefined, 'a vase-2.glb', 'a vase-3.glb']);
	await account.faults({ on: 'generate', kind: 'failJob', after: 1 });
	const twice = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
	const { items: again } = await generate(pack, account, parameters, { items, ...twice });
	expect(fileNamesOf(again)).toEqual(['a vase.glb', 'a vase-2.glb', 'a vase-3.glb']);
});

it('a task that is not waited for carries the name that its model will get', async () => {
	const account = await pack.account();
	const items = promptItems('a vase', 'a vase');
	const parameters = { prompt: PROMPT_OF_ITEM, waitForCompletion: false };
	const { items: output } = await generate(pack, account, parameters, { items });
	expect(output.map(({ json }) => json.file_name)).toEqual(['a vase.glb', 'a vase-2.glb']);
});

it('the rounds of a loop give out no name twice', async () => {
	const account = await pack.account();
	const rounds = await runLoopOfTwo(pack, account, itemsOf({}, {}));
	expect(rounds.map(fileNamesOf)).toEqual([
		['a vase.glb', 'a vase-2.glb'],
		['a vase-3.glb', 'a vase-4.glb'],
	]);
});
