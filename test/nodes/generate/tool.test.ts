/** Generate as an AI agent's tool: JSON only, soon, and with the next step in words. */
import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { inAcceleratedTime, installAcceleratedClock } from '../../../harness/sandbox/acceleratedClock';
import { agents, asTool, askAgent } from '../../../harness/sandbox/agent';
import { parametersFor } from '../../../harness/sandbox/generation';
import { Image3dGenerate, usePack, type Account } from '../../../harness/sandbox/pack';

const GenerateTool = asTool(Image3dGenerate);
const FROM_AI = "={{ $fromAI('prompt', 'What the model shows', 'string') }}";

const pack = usePack();

describe.each(Object.keys(agents) as Array<keyof typeof agents>)('a %s agent', (agent) => {
	const ask = async (account: Account, options: INodeParameters = {}, ...inputs: IDataObject[]) =>
		await askAgent(
			pack,
			agent,
			{ type: GenerateTool, account, parameters: parametersFor({ prompt: FROM_AI, options }) },
			...(inputs.length === 0 ? [{ prompt: 'a red boat' }] : inputs),
		);

	it('gets the finished task with its link, and no file is downloaded', async () => {
		const account = await pack.account();
		const { answer, result } = await ask(account);
		expect(result.error()).toBeUndefined();
		const { charges, tasks } = await account.ledger();
		expect(tasks[0].body.prompt).toBe('a red boat');
		expect(answer).toEqual([
			expect.objectContaining({
				task_id: charges[0].taskId,
				status: 'success',
				model_url: expect.stringMatching(/^http/),
			}),
		]);
		expect(await account.tally()).toMatchObject({ charges: 1, downloads: 0 });
		// Nobody reads a sum: the balance is not asked for.
		const { requests } = await account.ledger();
		expect(requests.filter(({ route }) => route === 'balance')).toEqual([]);
	});

	it("gets an answer within an agent's patience, whatever the node's own timeout is", async () => {
		const account = await pack.account({ speed: 0.1 });
		const restoreClock = installAcceleratedClock();
		// The 45 seconds pass in 1.5; the node's own 600 would take 20, and the job takes longer.
		const { answer } = await inAcceleratedTime(
			30,
			() => 0.5,
			async () => await ask(account),
		).finally(restoreClock);
		const [{ taskId, status }] = (await account.ledger()).tasks;
		expect(status).not.toBe('success');
		expect(answer).toEqual([expect.objectContaining({ task_id: taskId, status: 'processing' })]);
	});

	it('gets the running task with the next step when it takes longer than an agent waits', async () => {
		const account = await pack.account({ speed: 0.1 });
		const { answer } = await ask(account, { timeout: 1 });
		const [{ taskId }] = (await account.ledger()).charges;
		expect(answer).toEqual([
			{ task_id: taskId, status: 'processing', next_step: expect.stringContaining(`Image3D Status`) },
		]);
		expect(answer[0].next_step).toContain(taskId);
	});

	it('may start no more in all of its calls than the Spend Limit says, however often it calls', async () => {
		const account = await pack.account();
		const calls = ['a', 'b', 'c', 'd'].map((prompt) => ({ prompt }));
		const { answer, result } = await ask(account, { spendLimit: 2 }, ...calls);
		expect(result.error()).toBeUndefined();
		expect(answer.map(({ status }) => status).sort()).toEqual(['skipped', 'skipped', 'success', 'success']);
		const reasons = answer.filter(({ status }) => status === 'skipped').map(({ reason }) => reason);
		expect(
			reasons.every((reason) => /Spend Limit allows 2 generations in one execution\./.test(String(reason))),
		).toBe(true);
		expect((await account.tally()).charges).toBe(2);
	});

	it('is given back what a refused call did not use', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'status', status: 400 });
		const { answer } = await ask(account, { spendLimit: 1 }, { prompt: 'refused' }, { prompt: 'made' });
		expect(answer.map(({ status }) => status).sort()).toEqual(['success', undefined]);
		expect((await account.tally()).charges).toBe(1);
	});

	it('is told why a task failed', async () => {
		const account = await pack.account();
		await account.faults({ on: 'generate', kind: 'failJob', reason: 'No boats today' });
		const { answer } = await ask(account);
		expect(String(answer[0].error)).toContain('No boats today');
	});

	it('is told what is wrong with its words, and nothing is sent', async () => {
		const account = await pack.account();
		const { answer } = await ask(account, {}, { prompt: '' });
		expect(String(answer[0].error)).toMatch(/"Prompt" is empty/);
		expect(await account.tally()).toMatchObject({ submits: 0 });
	});

	it('is told which task it has paid for when nothing can be learnt about it', async () => {
		const account = await pack.account();
		await account.faults({ on: 'status', kind: 'status', status: 404, times: 1 });
		const { answer } = await ask(account);
		const [{ taskId }] = (await account.ledger()).charges;
		expect(JSON.stringify(answer)).toContain(taskId);
	});
});
