/** After a run: Image3D Status fetches what was paid for and not delivered, as every error of a task promises. */
import { setTimeout as sleep } from 'node:timers/promises';

import type { NodeResult } from '../engine';
import { Image3dStatus, type Account, type Pack } from '../sandbox/pack';
import type { Ledger } from '../sandbox/sandbox';
import { inAcceleratedTime } from '../sandbox/acceleratedClock';
import { outputOf, visibleText, type Fetched } from './runRecord';

/** Nothing goes wrong while the rest is fetched, so a busy machine must not look like a service that does not answer. */
const FETCH_ACCELERATION = 5;

/** All faults are cleared first. */
export async function recoverTasks(
	pack: Pack,
	account: Account,
	results: NodeResult[],
	{ charges, tasks }: Ledger,
): Promise<Fetched[]> {
	const delivered = new Set(results.flatMap(outputOf).map(({ json, binary }) => binary && json.task_id));
	const said = results.map(visibleText).join('\n');
	const owed = charges.filter(({ taskId }) => said.includes(taskId) && !delivered.has(taskId));
	if (owed.length === 0) return [];
	await account.clearFaults();
	await account.change({ tokenLifetimeSeconds: 3_600, modelUrlLifetimeSeconds: 600 });
	const credentials = { image3dApi: await signInAgain(pack, account) };
	const end = Math.max(...tasks.map(({ endsAt }) => endsAt)) - Date.now();
	await sleep(Math.max(0, end));
	const fetchOne = async ({ taskId }: { taskId: string }): Promise<Fetched> => ({
		taskId,
		result: await pack.engine.runNode(Image3dStatus, {
			credentials,
			parameters: { taskId, waitForCompletion: true, options: { preview: 'off', timeout: 20 } },
		}),
	});
	return await inAcceleratedTime(FETCH_ACCELERATION, Math.random, async () => {
		return await Promise.all(owed.map(fetchOne));
	});
}

/** A credential that works, whatever became of the account's own in the run. */
async function signInAgain({ engine, sandbox }: Pack, { uid, user }: Account): Promise<string> {
	const { baseUrl, authUrl: authEmulatorUrl } = sandbox.addresses;
	const emailLink = await sandbox.sendEmailLink(uid);
	const data = {
		baseUrl,
		authEmulatorUrl,
		signInMethod: 'emailLink',
		email: user.email,
		emailLink,
		idToken: '',
	};
	return await engine.credentials.add('image3dApi', data);
}
