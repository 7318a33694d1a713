/** Status as an AI agent's tool: JSON only, whether the task has ended or not. */
import { agents, asTool, askAgent } from '../../../harness/sandbox/agent';
import { Image3dStatus, usePack, type Account } from '../../../harness/sandbox/pack';

const StatusTool = asTool(Image3dStatus);

const pack = usePack();

describe.each(Object.keys(agents) as Array<keyof typeof agents>)('a %s agent', (agent) => {
	const ask = async (account: Account, taskId: string, parameters = {}) =>
		await askAgent(
			pack,
			agent,
			{
				type: StatusTool,
				account,
				parameters: { taskId: "={{ $fromAI('task', 'The task', 'string') }}", ...parameters },
			},
			{ task: taskId },
		);

	it('gets the finished task with its link, and no file is downloaded', async () => {
		const account = await pack.account();
		const task_id = await account.addTask();
		const { answer } = await ask(account, task_id);
		expect(answer).toEqual([
			expect.objectContaining({ task_id, status: 'success', model_url: expect.stringContaining(task_id) }),
		]);
		expect((await account.tally()).downloads).toBe(0);
	});

	it('is told that there is no such task', async () => {
		const { answer } = await ask(await pack.account(), 'no-such-task');
		expect(String(answer[0].error)).toContain('no-such-task');
	});

	it('gets a task that is still running with the next step, in time', async () => {
		const account = await pack.account();
		const task_id = await account.addTask({ state: 'running', endsInSeconds: 60 });
		const options = { timeout: 1, pollInterval: 0.2 };
		const { answer } = await ask(account, task_id, { waitForCompletion: true, options });
		expect(answer).toEqual([{ task_id, status: 'processing', next_step: expect.stringContaining(task_id) }]);
	});
});
