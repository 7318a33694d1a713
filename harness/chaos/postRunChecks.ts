/** What is to be seen once a run is over: calls that go on, files that are none, secrets in the open. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { deepText } from '../sandbox/deepText';
import type { NodeResult } from '../engine';
import type { Account, Pack } from '../sandbox/pack';
import type { Ledger } from '../sandbox/sandbox';
import { outputOf } from './runRecord';
import { pictureOf } from './pictures';
import type { Plan } from './drawPlan';

/** Calls may take this long to end after the execution, real milliseconds. */
const SETTLE_MS = 1_000;

/** Nothing may come for this long after that. */
const SILENCE_MS = 150;

/** The ledger once the calls under way have ended, and how many calls came after that. */
export async function settle(account: Account): Promise<{ ledger: Ledger; lateCalls: number }> {
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

/** What each task was for, by its id, in the words of the plan's items. */
export async function nameRequests(
	{ tasks }: Ledger,
	{ mode, items }: Pick<Plan, 'mode' | 'items'>,
): Promise<Record<string, string>> {
	const byPicture: Record<string, string> = {};
	for (const color of mode === 'image' ? items : []) {
		byPicture[
			createHash('sha256')
				.update(await pictureOf(color))
				.digest('hex')
		] = color;
	}
	const nameOf = ({ body }: Ledger['tasks'][number]) =>
		mode === 'text' ? String(body.prompt) : byPicture[String(body.imageSha256)];
	return Object.fromEntries(tasks.map((task) => [task.taskId, nameOf(task)]));
}

/** The tasks of output items whose file is not a whole GLB. */
export async function findBrokenFiles({ engine }: Pack, result: NodeResult): Promise<string[]> {
	const checks = outputOf(result).map(async ({ json, binary }) => {
		if (binary?.data === undefined || typeof json.task_id !== 'string') return [];
		const bytes = await engine.readBinary(binary.data);
		const isWhole = bytes.subarray(0, 4).toString() === 'glTF' && bytes.readUInt32LE(8) === bytes.length;
		return isWhole ? [] : [json.task_id];
	});
	return (await Promise.all(checks)).flat();
}

/** The places that hold a secret of the account, with what stands before it. */
export function findLeaks(account: Account, places: Record<string, unknown>): string[] {
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
