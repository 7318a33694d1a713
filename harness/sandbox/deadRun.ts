/**
 * A run whose n8n dies in the middle of it, and the n8n that is started after it: in one process, since a second copy of
 * the pack's modules knows as little of the first as a new process does.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import type { NodeResult, RunNodeOptions } from '../engine';
import { Image3dGenerate, type Account, type Pack, type Tally } from './pack';

const LOOK_MS = 20;

/** From here on the engine runs a copy of Image3D Generate that remembers nothing of what was done before. */
export function startAnew({ engine }: Pack): void {
	engine.nodeTypes.nameOf(loadAgain());
}

function loadAgain(): typeof Image3dGenerate {
	const [n8nWorkflow, n8nCore] = [require('n8n-workflow'), require('n8n-core')];
	let again: typeof Image3dGenerate | undefined;
	jest.isolateModules(() => {
		// One n8n runs both copies.
		jest.doMock('n8n-workflow', () => n8nWorkflow);
		jest.doMock('n8n-core', () => n8nCore);
		again = (
			require('../../nodes/Image3dGenerate/Image3dGenerate.node.js') as {
				Image3dGenerate: typeof Image3dGenerate;
			}
		).Image3dGenerate;
		jest.dontMock('n8n-workflow');
		jest.dontMock('n8n-core');
	});
	return again!;
}

const left = new Set<() => Promise<void>>();

/** Ends what still runs of those that died; for `afterEach`. */
export async function buryDeadRuns(): Promise<void> {
	await Promise.all([...left].map(async (bury) => await bury()));
	left.clear();
}

/** So many tasks were accepted, and each answer was read. */
export const accepted =
	(count: number) =>
	({ checks }: Tally): boolean =>
		checks >= count;

/**
 * Starts a run, and leaves it for dead once it is time: no task of it ends, nothing of it is saved but what n8n
 * had saved when it began, and the n8n that comes after it remembers nothing. Resolves with the execution's id.
 */
export async function dieInRun(
	pack: Pack,
	account: Account,
	options: RunNodeOptions,
	isTime: (tally: Tally) => boolean,
	start: (options: RunNodeOptions) => Promise<NodeResult> = async (given) =>
		await pack.engine.runNode(Image3dGenerate, given),
): Promise<string> {
	const stop = new AbortController();
	await account.faults({ on: 'status', kind: 'hang', times: -1 });
	const running = start({ ...options, signal: stop.signal });
	const executionId = pack.engine.lastExecutionId;
	left.add(async () => {
		stop.abort();
		await running;
	});
	while (!isTime(await account.tally())) await sleep(LOOK_MS);
	await account.clearFaults();
	startAnew(pack);
	return executionId;
}
