/** Runs one plan: real node, real engine, real service; only the node's clock is faster. Collects the evidence. */
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { deepText } from '../support/deepText';
import type { NodeResult, RunNodeOptions } from '../support/engine';
import { Image3dGenerate, Image3dStatus, type Account, type Pack } from '../support/pack';
import type { Ledger } from '../support/sandbox';
import { inAcceleratedTime } from './clock';
import { Draw } from './draw';
import { outputOf, visibleText, type Evidence, type Execution, type Fetched } from './evidence';
import { pictureOf } from './pictures';
import type { Plan } from './plan';

/** Calls may take this long to end after the execution, real milliseconds. */
const SETTLE_MS = 1_000;

/** Nothing may come for this long after that. */
const SILENCE_MS = 150;

/** An execution that takes longer hangs. */
const STUCK_MS = 90_000;

/** @throws Error when an execution does not end. */
export async function runPlan(pack: Pack, plan: Plan): Promise<Evidence> {
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
		await Promise.all(results.map(async (result) => await findBroken(pack, result)))
	).flat();
	const fetched = await fetchRest(pack, account, plan, results, ledger);
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

async function nameRequests({ tasks }: Ledger, { mode, items }: Plan): Promise<Record<string, string>> {
	const byPicture: Record<string, string> = {};
	for (const colour of mode === 'image' ? items : []) {
		byPicture[
			createHash('sha256')
				.update(await pictureOf(colour))
				.digest('hex')
		] = colour;
	}
	const nameOf = ({ body }: Ledger['tasks'][number]) =>
		mode === 'text' ? String(body.prompt) : byPicture[String(body.imageSha256)];
	return Object.fromEntries(tasks.map((task) => [task.taskId, nameOf(task)]));
}

async function execute(pack: Pack, account: Account, plan: Plan): Promise<Execution[]> {
	const options: RunNodeOptions = {
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
		...parameters,
		options,
	} as INodeParameters;
}

async function toItems(pack: Pack, { mode, items, imageSource }: Plan): Promise<INodeExecutionData[]> {
	return await Promise.all(
		items.map(async (what) => {
			if (mode === 'text') return { json: { what } };
			const picture = await pictureOf(what);
			if (imageSource === 'base64') return { json: { picture: picture.toString('base64') } };
			const data = await pack.engine.binary(picture, { mimeType: 'image/png', fileName: `${what}.png` });
			return { json: {}, binary: { data } };
		}),
	);
}

async function settle(account: Account): Promise<{ ledger: Ledger; lateCalls: number }> {
	const deadline = Date.now() + SETTLE_MS;
	let ledger = await account.ledger();
	for (;;) {
		// What was sent last may reach the service after this question.
		await sleep(50);
		const before = callsIn(ledger);
		ledger = await account.ledger();
		const isQuiet = ledger.openRequests === 0 && callsIn(ledger) === before;
		if (isQuiet || Date.now() >= deadline) break;
	}
	await sleep(SILENCE_MS);
	const lateCalls = callsIn(await account.ledger()) - callsIn(ledger);
	return { ledger, lateCalls };
}

function callsIn({ requests, downloads, refreshes, signIns }: Ledger): number {
	return requests.length + downloads.length + refreshes + signIns;
}

/** The hint of an error item promises that Image3D Status can fetch the model: so it must. */
async function fetchRest(
	pack: Pack,
	account: Account,
	plan: Plan,
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
	const frame = async () => await Promise.all(owed.map(fetchOne));
	return await inAcceleratedTime(plan.acceleration, Math.random, frame);
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

async function findBroken({ engine }: Pack, result: NodeResult): Promise<string[]> {
	const checks = outputOf(result).map(async ({ json, binary }) => {
		if (binary?.data === undefined || typeof json.task_id !== 'string') return [];
		const bytes = await engine.readBinary(binary.data);
		const isWhole = bytes.subarray(0, 4).toString() === 'glTF' && bytes.readUInt32LE(8) === bytes.length;
		return isWhole ? [] : [json.task_id];
	});
	return (await Promise.all(checks)).flat();
}

function findLeaks(account: Account, places: Record<string, unknown>): string[] {
	const codes = [...account.user.emailLink.matchAll(/oobCode(?:=|%3D)([\w-]+)/gi)].map(([, code]) => code);
	const secrets = [...account.secrets(), ...codes];
	return Object.entries(places).flatMap(([place, value]) => {
		const text = deepText(value);
		const found = secrets.find((secret) => text.includes(secret));
		return found === undefined ? [] : [`${place}: after "${contextOf(text, found)}"`];
	});
}

function contextOf(text: string, secret: string): string {
	const at = text.indexOf(secret);
	return text.slice(Math.max(0, at - 40), at).replace(/eyJ[\w.-]+/g, '…');
}
