/** Runs one plan: real node, real engine, real service; only the node's clock is faster. Collects what there is to check. */
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { NodeResult, RunNodeOptions } from '../engine';
import { Image3dGenerate, type Account, type Pack } from '../sandbox/pack';
import { findBrokenFiles, findLeaks, nameRequests, settle } from './postRunChecks';
import { inAcceleratedTime } from '../sandbox/acceleratedClock';
import { Draw } from './draw';
import type { RunRecord, Execution } from './runRecord';
import { recoverTasks } from './recoverTasks';
import { linkTo } from './pictureHost';
import { pictureOf } from './pictures';
import type { Plan } from './drawPlan';

/** An execution that takes longer hangs. */
const STUCK_MS = 90_000;

/** @throws Error when an execution does not end. */
export async function runPlan(pack: Pack, plan: Plan): Promise<RunRecord> {
	// Addresses that the sandbox makes up can be the same for two users of one millisecond.
	const email = `chaos-${plan.seed}-${randomUUID()}@example.com`;
	const account = await pack.account({ ...plan.account, email }, { signIn: plan.signIn });
	if (plan.faults.length > 0) await account.faults(...plan.faults);
	const firstLine = pack.engine.logs.length;
	const { next } = new Draw(plan.seed + 1);
	const executions = await inAcceleratedTime(plan.acceleration, next, async () => {
		return await execute(pack, account, plan);
	});
	const { ledger, lateCalls } = await settle(account);
	const results = executions.map(({ result }) => result);
	const brokenModels = (
		await Promise.all(results.map(async (result) => await findBrokenFiles(pack, result)))
	).flat();
	const fetched = await recoverTasks(pack, account, results, ledger);
	const leaks = findLeaks(account, {
		executions: [...results, ...fetched.map(({ result }) => result)].map(({ result, ...rest }) => [
			rest,
			result.run,
		]),
		log: pack.engine.logs.slice(firstLine),
	});
	const { tasks } = await account.ledger();
	const asked = await nameRequests(ledger, plan);
	const failed = tasks.filter(({ status }) => status === 'failed').map(({ taskId }) => taskId);
	await pack.sandbox.removeUser(account.uid);
	return { plan, executions, ledger, asked, failed, lateCalls, fetched, brokenModels, leaks };
}

async function execute(pack: Pack, account: Account, plan: Plan): Promise<Execution[]> {
	const options: RunNodeOptions = {
		// Its own, for a node learns from one of its runs to the next: a seed runs alike whatever ran before it.
		workflowId: `chaos-${plan.seed}`,
		credentials: account.credentials,
		parameters: toParameters(plan),
		items: await toItems(pack, plan),
		onError: plan.onError,
		...(plan.retryOnFail && { retryOnFail: true, maxTries: plan.maxTries, waitBetweenTries: 1 }),
	};
	const [firstStop, ...laterStops] = plan.cancels;
	const executions = [
		await stopAfter(firstStop, async (signal) => {
			return await pack.engine.runNode(Image3dGenerate, { ...options, signal });
		}),
	];
	for (let retry = 0; retry < plan.retries; retry++) {
		const { result, stoppedWithinMs } = executions[executions.length - 1];
		// n8n offers no Retry for an execution that was stopped: it saves it without the node that was running.
		if (result.status !== 'error' || stoppedWithinMs !== undefined) break;
		executions.push(
			await stopAfter(laterStops[retry], async (signal) => {
				return await pack.engine.retryNode(result, { signal });
			}),
		);
	}
	return executions;
}

async function stopAfter(
	ms: number | undefined,
	run: (signal: AbortSignal) => Promise<NodeResult>,
): Promise<Execution> {
	const stop = new AbortController();
	let stoppedAt: number | undefined;
	const timer =
		ms === undefined
			? undefined
			: setTimeout(() => {
					stoppedAt = performance.now();
					stop.abort();
				}, ms);
	const stuck = new AbortController();
	try {
		const result = await Promise.race([
			run(stop.signal),
			sleep(STUCK_MS, undefined, { signal: stuck.signal }),
		]);
		if (result === undefined) throw new Error('The execution does not end');
		return { result, ...(stoppedAt !== undefined && { stoppedWithinMs: performance.now() - stoppedAt }) };
	} finally {
		clearTimeout(timer);
		stuck.abort();
	}
}

function toParameters({ mode, parameters, imageSource, options }: Plan): INodeParameters {
	return {
		mode,
		prompt: '={{ $json.what }}',
		imageSource,
		imageBase64: '={{ $json.picture }}',
		imageUrl: '={{ $json.link }}',
		...parameters,
		options,
	} as INodeParameters;
}

async function toItems(
	pack: Pack,
	{ mode, items, imageSource, pictureFaults }: Plan,
): Promise<INodeExecutionData[]> {
	return await Promise.all(
		items.map(async (what, index) => {
			if (mode === 'text') return { json: { what } };
			if (imageSource === 'url') return { json: { link: await linkTo(what, pictureFaults[index]) } };
			const picture = await pictureOf(what);
			if (imageSource === 'base64') return { json: { picture: picture.toString('base64') } };
			const data = await pack.engine.binary(picture, { mimeType: 'image/png', fileName: `${what}.png` });
			return { json: {}, binary: { data } };
		}),
	);
}
