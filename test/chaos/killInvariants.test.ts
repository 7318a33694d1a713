/** What is checked of the runs whose process is killed: silent on a good one, and loud on each way in which one can be bad. */
import type { KillRecord } from '../../harness/chaos/kill/killRun';
import { findBrokenAfterKill } from '../../harness/chaos/kill/killInvariants';
import { drawKillPlan } from '../../harness/chaos/kill/killPlan';

/** Two items; the first was paid for by execution 1, which died, the second by execution 2. */
function goodRun(): KillRecord {
	return {
		plan: { ...drawKillPlan(1), remembers: true, mode: 'text', items: ['a vase', 'a cup'], options: {} },
		ends: [endOf([delivered(0, 't-1'), delivered(1, 't-2')])],
		...{ struck: 1, deaths: 1, leaks: [] },
		ledger: {
			charges: [{ taskId: 't-1' }, { taskId: 't-2' }],
			tasks: [
				{ taskId: 't-1', status: 'success' },
				{ taskId: 't-2', status: 'success' },
			],
			requests: [],
		} as unknown as KillRecord['ledger'],
		asked: { 't-1': 'a vase', 't-2': 'a cup', 't-3': 'a cup' },
		rows: [
			{ task_id: 't-1', state: 'delivered' },
			{ task_id: 't-2', state: 'delivered' },
		],
		log: [
			'info: Image3D is asked for a generation (execution 1, node "Node")',
			'info: Image3D accepted task t-1 (execution 1, node "Node")',
		],
	};
}

function endOf(items: unknown[], more: object = {}): KillRecord['ends'][number] {
	return { id: 1, executionId: '2', status: 'success', items, hints: [], ...more } as never;
}

function delivered(item: number, taskId: string, file = 'whole'): object {
	return { json: { task_id: taskId, status: 'success' }, pairedItem: { item }, file };
}

function failed(item: number, error: string): object {
	return { json: { error }, pairedItem: { item }, file: 'none' };
}

function pay(run: KillRecord, taskId: string): void {
	run.ledger.charges.push({ taskId } as never);
	run.ledger.tasks.push({ taskId, status: 'success' } as never);
}

const bad: Array<[string, (run: KillRecord) => void, RegExp]> = [
	[
		'a charge that nobody is told of',
		(run) => {
			run.plan.items.push('a cup');
			run.ends[0].items.push(failed(2, 'Sorry') as never);
			pay(run, 't-3');
		},
		/t-3 charged and nowhere to be seen, 0 told as uncertain/,
	],
	[
		'a request that is paid for again',
		(run) => {
			pay(run, 't-3');
			run.rows.push({ task_id: 't-3', state: 'accepted' });
			run.ends.unshift(endOf([delivered(1, 't-3')]));
		},
		/"a cup" was charged 2 times, at most 1 were due/,
	],
	[
		'a model that is remembered and comes out of no run',
		(run) => (run.ends[0].items[1] = failed(1, 'Sorry') as never),
		/task t-2 is remembered, and its model came out of no run/,
	],
	[
		'a further run that pays',
		(run) => {
			run.chargesBefore = 1;
			run.ends.unshift(run.ends[0]);
		},
		/running once more was charged 1 times, at most 0 were due/,
	],
	[
		'a model that was never handed on, and is left out',
		(run) => {
			run.plan.options = { knownModels: 'leaveOut' };
			run.rows[1].state = 'accepted';
			run.ends[0].items.pop();
		},
		/task t-2 is remembered, and its model came out of no run/,
	],
	['an item that is lost', (run) => run.ends.push(endOf([delivered(0, 't-1')])), /puts out items 0 of 2/],
	[
		'a last run that fails',
		(run) => run.ends.push(endOf([], { status: 'error', error: ['Sorry'] })),
		/the last run ends as error: Sorry/,
	],
	[
		'a file that is no model',
		(run) => run.ends.unshift(endOf([delivered(0, 't-1', 'broken')])),
		/the file of task t-1 is not a whole GLB/,
	],
	['a secret', ({ leaks }) => leaks.push('log'), /a secret was found in log/],
];

it.each(bad)('speaks up at %s', (_what, spoil, problem) => {
	const run = goodRun();
	spoil(run);
	expect(findBrokenAfterKill(run)).toEqual([expect.stringMatching(problem)]);
});

const fine: Array<[string, (run: KillRecord) => void]> = [
	['a run in which all goes well', () => undefined],
	[
		'a model that was handed on before, and is left out',
		(run) => {
			run.plan.options = { knownModels: 'leaveOut' };
			run.ends[0].items.pop();
		},
	],
	[
		'a charge whose row never got its id',
		(run) => {
			run.rows[1] = { task_id: null, state: 'sending' };
			run.ends = [endOf([delivered(0, 't-1'), failed(1, 'It never learned whether Image3D accepted it')])];
		},
	],
	[
		'a charge of which only the log of the dead process tells',
		(run) => {
			run.plan.remembers = false;
			run.rows = [];
			run.log.push('info: Image3D is asked for a generation (execution 1, node "Node")');
			run.ends = [endOf([delivered(0, 't-1'), failed(1, 'Sorry')])];
		},
	],
	[
		'a second charge for a task that failed',
		(run) => {
			run.ledger.tasks[1].status = 'failed';
			run.ends[0].items[1] = delivered(1, 't-3') as never;
			run.log.push('info: Image3D accepted task t-2 (execution 1, node "Node")');
			run.rows[1] = { task_id: 't-3', state: 'delivered' };
			pay(run, 't-3');
		},
	],
	[
		'a second charge that the user asked for',
		(run) => {
			run.plan.options = { onUncertainCharge: 'submitAgain' };
			run.log.push('info: Image3D is asked for a generation (execution 1, node "Node")');
			run.ends[0].items[1] = delivered(1, 't-3') as never;
			run.rows[1] = { task_id: 't-3', state: 'delivered' };
			pay(run, 't-3');
		},
	],
];

it.each(fine)('is silent on %s', (_what, change) => {
	const run = goodRun();
	change(run);
	expect(findBrokenAfterKill(run)).toEqual([]);
});

it('plans are drawn from the seed alone', () => {
	expect(drawKillPlan(7)).toEqual(drawKillPlan(7));
	expect(drawKillPlan(8)).not.toEqual({ ...drawKillPlan(7), seed: 8 });
});
