/** Stopping in a real n8n: by hand, and by the workflow's own time limit. Nothing is asked or submitted afterwards. */
import { setTimeout as sleep } from 'node:timers/promises';
import { addAccount, type StageAccount } from '../../harness/e2e/account';
import { useStage } from '../../harness/e2e/stage';
import { chain, START } from '../../harness/e2e/workflow';

const RUN_TIMEOUT_MS = 60_000;
/** Several of the node's poll intervals of one second: somebody who had not stopped would ask again. */
const QUIET_MS = 6_000;

const stage = useStage();

/** Two jobs of minutes, one after the other, asked about every second. */
async function startLongRun(settings: object): Promise<{ account: StageAccount; executionId: string }> {
	const account = await addAccount(stage, { speed: 0.1 });
	const items: unknown = [{ prompt: 'a slow vase' }, { prompt: 'a slow bowl' }];
	const list = {
		name: 'Two prompts',
		type: 'n8n-nodes-base.code',
		typeVersion: 2,
		parameters: { jsCode: `return ${JSON.stringify(items)}.map((json) => ({ json }));` },
	};
	const options = { concurrency: 1, pollInterval: 1 };
	const generate = {
		name: 'Image3D Generate',
		type: 'n8n-nodes-image3d.image3dGenerate',
		parameters: { prompt: '={{ $json.prompt }}', quality: 'fast', options },
		credentials: account.credentials,
	};
	const workflow = await stage.client.saveWorkflow(chain('A long run', [START, list, generate], settings));
	const executionId = await stage.client.run(workflow, START.name);
	return { account, executionId };
}

async function waitForCharge({ sandbox, uid }: StageAccount): Promise<void> {
	while ((await sandbox.ledger(uid)).charges.length === 0) await sleep(200);
}

/** Resolves with what the service saw till shortly after the end, and once more later. */
async function listen({ sandbox, uid }: StageAccount): Promise<number[]> {
	await sleep(1_000);
	const early = (await sandbox.ledger(uid)).requests.length;
	await sleep(QUIET_MS);
	return [early, (await sandbox.ledger(uid)).requests.length];
}

it('ends waiting and further submits when the execution is stopped', async () => {
	const { account, executionId } = await startLongRun({});
	await waitForCharge(account);
	await stage.client.stopExecution(executionId);
	expect((await stage.client.waitForExecution(executionId, RUN_TIMEOUT_MS)).status).toBe('canceled');
	const [early, late] = await listen(account);
	expect(late).toBe(early);
	expect((await account.sandbox.ledger(account.uid)).charges).toHaveLength(1);
});

it("ends them when the workflow's time is over", async () => {
	const { account, executionId } = await startLongRun({ executionTimeout: 8 });
	await waitForCharge(account);
	expect((await stage.client.waitForExecution(executionId, RUN_TIMEOUT_MS)).status).toBe('canceled');
	const [early, late] = await listen(account);
	expect(late).toBe(early);
	expect((await account.sandbox.ledger(account.uid)).charges).toHaveLength(1);
});
