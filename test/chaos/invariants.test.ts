/** What is checked of the chaos runs: silent on a good run, and loud on each way in which one can be bad. */
import type { NodeResult } from '../../harness/engine';
import type { RunRecord } from '../../harness/chaos/runRecord';
import { findBrokenPromises } from '../../harness/chaos/invariants';
import { drawPlan } from '../../harness/chaos/drawPlan';

/** Two items, both paid for once and delivered. */
function goodRun(): RunRecord {
	const charge = (taskId: string) => ({ taskId, idempotencyKey: `key-${taskId}` });
	const call = (taskId: string) => ({ route: 'generate', status: 200, endedAt: 1, taskId });
	return {
		plan: { ...drawPlan(1), mode: 'text', items: ['a vase', 'a cup'], options: {}, retryOnFail: false },
		executions: [{ result: resultOf([delivered(0, 't-1'), delivered(1, 't-2')]) }],
		ledger: {
			charges: [charge('t-1'), charge('t-2')],
			requests: [call('t-1'), call('t-2')],
			downloads: [],
			openRequests: 0,
		} as unknown as RunRecord['ledger'],
		asked: { 't-1': 'a vase', 't-2': 'a cup', 't-3': 'a cup' },
		...{ failed: [], lateCalls: 0, fetched: [], brokenModels: [], leaks: [] },
	};
}

function resultOf(items: object[], more: object = {}): NodeResult {
	return { status: 'success', items, outputs: [items], hints: [], ...more } as unknown as NodeResult;
}

function delivered(item: number, taskId: string, fileName?: string): object {
	const binary = { data: { fileName } };
	return { json: { task_id: taskId, status: 'success' }, binary, pairedItem: { item } };
}

function failing(message: string, description = ''): NodeResult {
	return resultOf([], { status: 'error', error: { message, description } });
}

const UNKNOWN = 'It is not known whether Image3D accepted this generation: reset';

/** Each makes one promise broken. */
const bad: Array<[string, (run: RunRecord) => void, RegExp]> = [
	[
		'two models under one name',
		({ executions }) =>
			(executions[0].result = resultOf([
				delivered(0, 't-1', 'a vase.glb'),
				delivered(1, 't-2', 'A Vase.glb'),
			])),
		/execution 0 hands on two files a vase\.glb/,
	],
	[
		'a charge that nobody is told of',
		({ executions }) => (executions[0].result = failing('Sorry', 'Task t-1')),
		/t-2 charged and nowhere to be seen, 0 called uncertain/,
	],
	[
		'two charges where one is called uncertain',
		({ executions }) => (executions[0].result = failing(UNKNOWN)),
		/t-1, t-2 charged and nowhere to be seen, 1 called/,
	],
	[
		'an item that is lost',
		({ executions }) => {
			executions[0].result = resultOf([delivered(0, 't-1')], { hints: [{ message: 'Task t-2' }] });
		},
		/puts out items 0 of 2/,
	],
	[
		'an item that comes twice',
		({ executions }) => (executions[0].result = resultOf([delivered(0, 't-1'), delivered(0, 't-2')])),
		/puts out items 0, 0 of 2/,
	],
	[
		'an execution that fails without an error',
		({ executions }) => executions.push({ result: resultOf([], { status: 'error' }) }),
		/execution 1 \(error\) tells no error/,
	],
	[
		'a request that is paid for twice',
		({ ledger, executions }) => {
			ledger.charges.push({ ...ledger.charges[1], taskId: 't-3' });
			executions.push({ result: failing('Task t-3') });
		},
		/"a cup" was charged 2 times, at most 1 were due/,
	],
	[
		'a task that is not known any more and was paid for again by itself',
		({ ledger, executions }) => {
			ledger.charges.push({ ...ledger.charges[1], taskId: 't-3' });
			ledger.requests.push({ route: 'status', status: 404, endedAt: 1, taskId: 't-3' } as never);
			executions.unshift({ result: failing('Image3D does not know task t-3') });
		},
		/"a cup" was charged 2 times, at most 1 were due/,
	],
	['more charges than the limit allows', ({ plan }) => (plan.options.spendLimit = 1), /2 charges, and the/],
	[
		'a task that Status cannot fetch',
		({ fetched }) => fetched.push({ taskId: 't-1', result: failing('No model') }),
		/Status cannot fetch task t-1: No model/,
	],
	['a call that does not end', ({ ledger }) => (ledger.openRequests = 1), /1 calls still run/],
	['a call after the end', (run) => (run.lateCalls = 2), /2 calls came after the end/],
	[
		'a token on its way to the CDN',
		({ ledger }) => ledger.downloads.push({ hadAuthorization: true } as never),
		/the CDN saw the token/,
	],
	['a stop that takes long', ({ executions }) => (executions[0].stoppedWithinMs = 9_000), /took 9000 ms/],
	['a file that is no model', ({ brokenModels }) => brokenModels.push('t-1'), /not a whole GLB/],
	['a secret', ({ leaks }) => leaks.push('log'), /a secret was found in log/],
];

it.each(bad)('speaks up at %s', (_what, spoil, problem) => {
	const run = goodRun();
	spoil(run);
	expect(findBrokenPromises(run)).toEqual([expect.stringMatching(problem)]);
});

/** Each may look like a broken promise and is none. */
const fine: Array<[string, (run: RunRecord) => void]> = [
	['a run in which all goes well', () => undefined],
	[
		'charges that are called uncertain',
		({ executions }) => (executions[0].result = failing(UNKNOWN, '1 more may have been charged')),
	],
	[
		'a task that failed and was made anew',
		({ ledger, failed, executions }) => {
			ledger.charges.push({ ...ledger.charges[1], taskId: 't-3' });
			failed.push('t-3');
			executions.unshift({ result: failing('Task t-3') });
		},
	],
	[
		'a second charge that the user asked for',
		({ ledger, plan, executions }) => {
			plan.options.onUncertainCharge = 'submitAgain';
			ledger.charges.push({ ...ledger.charges[1], taskId: 't-3' });
			ledger.requests.push({ ...ledger.requests[1], taskId: 't-3', fault: 'resetAfter' });
			executions.unshift({ result: failing(UNKNOWN) });
		},
	],
	[
		'a task that is not known any more and was made anew as the user wished',
		({ ledger, plan, executions }) => {
			plan.options.onUncertainCharge = 'submitAgain';
			ledger.charges.push({ ...ledger.charges[1], taskId: 't-3' });
			ledger.requests.push({ route: 'status', status: 404, endedAt: 1, taskId: 't-3' } as never);
			executions.unshift({ result: failing('Image3D does not know task t-3') });
		},
	],
];

it.each(fine)('is silent on %s', (_what, change) => {
	const run = goodRun();
	change(run);
	expect(findBrokenPromises(run)).toEqual([]);
});

it('plans are drawn from the seed alone', () => {
	expect(drawPlan(7)).toEqual(drawPlan(7));
	expect(drawPlan(8)).not.toEqual({ ...drawPlan(7), seed: 8 });
});
