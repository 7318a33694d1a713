/** n8n's log names every task that was paid for, which is all that is left of one when n8n is killed. */
import { generate, PROMPT_OF_ITEM, promptItems } from '../../../harness/sandbox/generation';
import { usePack } from '../../../harness/sandbox/pack';

const pack = usePack();

it('has a line for each task, with its execution and node', async () => {
	const account = await pack.account();
	const items = promptItems('a', 'b', 'c');
	await account.faults({ on: 'generate', kind: 'status', status: 400, after: 2 });
	await generate(pack, account, { prompt: PROMPT_OF_ITEM, options: { concurrency: 1 } }, { items });
	const lines = pack.engine.logs.filter(({ message }) => message.startsWith('Image3D accepted'));
	const { charges } = await account.ledger();
	expect(charges).toHaveLength(2);
	expect(lines.map(({ level, message }) => `${level}: ${message}`)).toEqual(
		charges.map(({ taskId }) =>
			expect.stringMatching(
				new RegExp(`^info: Image3D accepted task ${taskId} \\(execution \\S+, node "[^"]+"\\)$`),
			),
		),
	);
});

it('tells of a request before it leaves, so that one which is never answered is told of too', async () => {
	const account = await pack.account();
	await account.faults({ on: 'generate', kind: 'resetAfter' });
	const first = pack.engine.logs.length;
	const { executionId } = await generate(pack, account, { prompt: 'a vase' });
	expect((await account.ledger()).charges).toHaveLength(1);
	const lines = pack.engine.logs.slice(first).filter(({ message }) => message.includes('Image3D'));
	expect(lines.map(({ message }) => message)).toEqual([
		`Image3D is asked for a generation (execution ${executionId}, node "Node")`,
		expect.stringContaining('It is not known whether Image3D accepted this generation'),
		// n8n's own line of the error.
		expect.any(String),
	]);
});

it('has the line of a request before the one of its task', async () => {
	const account = await pack.account();
	const first = pack.engine.logs.length;
	await generate(pack, account, { prompt: 'a vase' });
	const lines = pack.engine.logs.slice(first).filter(({ level }) => level === 'info');
	expect(lines.map(({ message }) => message.replace(/ \(.*| task .*/, ''))).toEqual([
		'Image3D is asked for a generation',
		'Image3D accepted',
	]);
});
