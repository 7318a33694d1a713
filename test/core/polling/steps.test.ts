/** The three pure steps of a poll: what is due, what a status check teaches, and what becomes of a task. */
import type { StatusCheck } from '../../../nodes/shared/core/api/fetchStatus';
import { type Failure, fail, succeed } from '../../../nodes/shared/core/failure';
import { type Decision, type OutcomeChoice, decide } from '../../../nodes/shared/core/polling/decide';
import { observe, observeDownloadFailure } from '../../../nodes/shared/core/polling/observe';
import { plan } from '../../../nodes/shared/core/polling/plan';
import { type TrackedTask, startPoll, trackTask } from '../../../nodes/shared/core/polling/trackedTask';
import type { Task } from '../../../nodes/shared/core/api/task';

const NOW = 1_700_000_000_000;

const failure = (change: Partial<Failure> = {}): Failure => ({
	kind: 'serverError',
	message: 'It failed',
	hint: 'Wait.',
	retryable: true,
	...change,
});
const task = (status: Task['status'], progress?: number): Task => ({
	taskId: 't',
	status,
	progress,
	fields: {},
});
const seen = (status: Task['status'], progress?: number): StatusCheck => ({
	outcome: succeed(task(status, progress)),
	answered: true,
});
const refused: StatusCheck = { outcome: fail(failure({ kind: 'notFound' })), answered: true };
/** The service has answered, and could not say how the task is. */
const unsaid: StatusCheck = { outcome: fail(failure({ kind: 'serverError' })), answered: true };
const failed = (change: Partial<Failure> = {}): StatusCheck => ({
	outcome: fail(failure(change)),
	answered: false,
});
const tracked = (change: Partial<TrackedTask> = {}): TrackedTask => ({ ...trackTask('t', 'pro'), ...change });

/** The task after these checks, one a second. */
const after = (checks: StatusCheck[], start = tracked()) =>
	checks.reduce((known, check, index) => observe(known, check, NOW + index * 1_000, 0.5), start);

describe('plan', () => {
	const idsDue = (tasks: TrackedTask[], maxDue = 10) =>
		plan(tasks, NOW, maxDue).due.map(({ taskId }) => taskId);

	it('has nothing to do with an empty list', () => {
		expect(plan([], NOW, 10)).toEqual({ due: [], nextMs: Infinity });
	});

	it.each<[string, Partial<TrackedTask>, number]>([
		['at once where nothing is known of it', {}, 0],
		['when its rest is over', { restsUntilMs: NOW + 7_000 }, NOW + 7_000],
		['after a first share of its usual time', { submittedMs: NOW }, NOW + 4_500],
		[
			'when its rest is over, however overdue it is',
			{ submittedMs: NOW - 60_000, restsUntilMs: NOW + 1_000 },
			NOW + 1_000,
		],
		[
			'at its earliest end where it tells no progress',
			{ submittedMs: NOW - 4_500, reports: [{ atMs: 4_500, progress: undefined }] },
			NOW - 4_500 + 18_000,
		],
		[
			'once a minute where it goes on for long',
			{ submittedMs: NOW - 1_000_000, reports: [{ atMs: 1_000_000, progress: undefined }] },
			NOW + 60_000,
		],
		['never after its end', { latest: task('success') }, Infinity],
		['never after its failure', { latest: task('failed') }, Infinity],
	])('asks about a task %s', (_what, change, nextMs) => {
		const planned = plan([tracked(change)], NOW, 10);
		expect(planned.nextMs).toBe(nextMs);
		expect(planned.due).toHaveLength(nextMs <= NOW ? 1 : 0);
	});

	it('takes the longest overdue first, of those that gave no trouble, and no more than it may', () => {
		const overdue = (taskId: string, byMs: number, failedChecks = 0): TrackedTask => ({
			...trackTask(taskId, 'pro', NOW - 4_500 - byMs),
			failedChecks,
		});
		const tasks = [overdue('a', 0), overdue('b', 9_000, 1), overdue('c', 5_000), overdue('d', -1)];
		expect(idsDue(tasks)).toEqual(['c', 'a', 'b']);
		expect(idsDue(tasks, 2)).toEqual(['c', 'a']);
	});

	it('keeps the order of the list among equals', () => {
		expect(idsDue(['a', 'b', 'c'].map((taskId) => trackTask(taskId)))).toEqual(['a', 'b', 'c']);
	});
});

describe('observe', () => {
	it('leaves the task alone that it is given, and counts the check', () => {
		const before = Object.freeze(tracked({ reports: Object.freeze([]) as [] }));
		for (const check of [seen('processing', 10), seen('success'), refused, failed()]) {
			expect(observe(before, check, NOW, 0.5).statusChecks).toBe(1);
		}
		expect(before).toEqual(tracked());
	});

	it('dates a task by its first report, and every report from there', () => {
		const known = after([seen('processing', 50), seen('processing', 60)]);
		expect(known.submittedMs).toBe(NOW - 15_000);
		expect(known.reports).toEqual([
			{ atMs: 15_000, progress: 50 },
			{ atMs: 16_000, progress: 60 },
		]);
		expect(known.latest?.progress).toBe(60);
	});

	it('keeps the time of a submit that is known', () => {
		const known = after([seen('processing', 50)], tracked({ submittedMs: NOW - 3_000 }));
		expect(known).toMatchObject({ submittedMs: NOW - 3_000, reports: [{ atMs: 3_000, progress: 50 }] });
	});

	it('adds no report of an end', () => {
		expect(after([seen('success', 100)])).toMatchObject({ reports: [], latest: { status: 'success' } });
	});

	it.each<[string, StatusCheck[], Partial<TrackedTask>]>([
		['a failure', [failed()], { failedChecks: 1, restsUntilMs: NOW + 500 }],
		['a second failure', [failed(), failed()], { failedChecks: 2, restsUntilMs: NOW + 1_000 + 1_000 }],
		['a wish to wait', [failed({ retryAfterMs: 20_000 })], { restsUntilMs: NOW + 20_500 }],
		['a wish to wait for a day', [failed({ retryAfterMs: 86_400_000 })], { restsUntilMs: NOW + 600_000 }],
		['a refusal', [refused], { refusals: 1, failedChecks: 0, restsUntilMs: NOW + 50_000 }],
		['a second refusal', [refused, refused], { refusals: 2, restsUntilMs: NOW + 1_000 + 100_000 }],
		['the tenth', Array<StatusCheck>(10).fill(refused), { restsUntilMs: NOW + 9_000 + 600_000 }],
		['a report after both', [failed(), refused, seen('queued')], { restsUntilMs: 0, refusals: 0 }],
	])('rests a task after %s', (_what, checks, expected) => {
		expect(after(checks)).toMatchObject(expected);
	});

	it.each<[string, Partial<TrackedTask>, StatusCheck, Partial<TrackedTask>]>([
		[
			'soon, and does not count the answer',
			{ submittedMs: NOW - 59_000 },
			refused,
			{ refusals: 0, wasTooYoung: true, restsUntilMs: NOW + 5_000 },
		],
		[
			'soon only once',
			{ submittedMs: NOW, wasTooYoung: true },
			refused,
			{ refusals: 1, restsUntilMs: NOW + 50_000 },
		],
		['later when it is a minute old', { submittedMs: NOW - 60_000 }, refused, { refusals: 1 }],
		['later when nobody knows how old it is', {}, refused, { refusals: 1 }],
		[
			'later when it was known before',
			{ submittedMs: NOW - 9_000, reports: [{ atMs: 5_000, progress: 1 }] },
			refused,
			{ refusals: 1 },
		],
		[
			'later when the service refuses it for another reason',
			{ submittedMs: NOW },
			{ outcome: fail(failure({ kind: 'badRequest' })), answered: true },
			{ refusals: 1 },
		],
	])('asks about a task that is not known yet %s', (_what, change, check, expected) => {
		expect(after([check], tracked(change))).toMatchObject(expected);
	});

	it('forgets every trouble once the task was seen', () => {
		expect(after([failed(), refused, seen('queued')])).toMatchObject({
			failedChecks: 0,
			refusals: 0,
			refusal: undefined,
			statusChecks: 3,
		});
	});
});

describe('startPoll', () => {
	it('asks again about what failed in an earlier poll, but not sooner about what was refused', () => {
		expect(startPoll(after([failed()])).restsUntilMs).toBe(0);
		expect(startPoll(after([refused])).restsUntilMs).toBe(NOW + 50_000);
	});

	it('has seen nothing of it yet, and knows what was learned', () => {
		const known = startPoll(
			observeDownloadFailure(after([seen('processing', 50), seen('success')]), failure()),
		);
		expect(known).toMatchObject({ latest: undefined, downloadFailure: undefined, failedDownloads: 1 });
		expect(known.reports).toHaveLength(1);
	});
});

describe('decide', () => {
	const undelivered = (times: number, change: Partial<Failure> = {}) => {
		let known = after([seen('success')]);
		for (let time = 0; time < times; time++) known = observeDownloadFailure(known, failure(change));
		return known;
	};
	const refusedTimes = (count: number) => after(Array<StatusCheck>(count).fill(refused));
	const keep = (reason: string) => ({ action: 'keep', reason }) as Decision;
	const emit = (reason: string) => ({ action: 'emit', reason }) as Decision;
	const drop: Decision = { action: 'drop', reason: 'outcomeNotWanted' };

	it.each<[string, TrackedTask, Record<OutcomeChoice, Decision>]>([
		[
			'of which nothing is known',
			tracked(),
			{ success: keep('stillRunning'), failed: keep('stillRunning'), any: keep('stillRunning') },
		],
		[
			'that goes on',
			after([seen('processing', 50)]),
			{ success: keep('stillRunning'), failed: keep('stillRunning'), any: keep('stillRunning') },
		],
		[
			'that cannot be read',
			after([failed(), failed(), failed(), failed()]),
			{ success: keep('stillRunning'), failed: keep('stillRunning'), any: keep('stillRunning') },
		],
		[
			'whose model is ready',
			after([seen('success')]),
			{ success: emit('modelReady'), failed: drop, any: emit('modelReady') },
		],
		[
			'that failed',
			after([seen('failed')]),
			{ success: drop, failed: emit('taskFailed'), any: emit('taskFailed') },
		],
		[
			'refused twice',
			refusedTimes(2),
			{ success: keep('mayStillBeKnown'), failed: keep('mayStillBeKnown'), any: keep('mayStillBeKnown') },
		],
		[
			'refused three times',
			refusedTimes(3),
			{ success: keep('mayStillBeKnown'), failed: emit('taskRefused'), any: emit('taskRefused') },
		],
		[
			'of which the service could not say four times how it is',
			after(Array<StatusCheck>(4).fill(unsaid)),
			{ success: keep('mayStillBeKnown'), failed: keep('mayStillBeKnown'), any: keep('mayStillBeKnown') },
		],
		[
			'refused for the first time after that',
			after([unsaid, unsaid, unsaid, refused]),
			{ success: keep('mayStillBeKnown'), failed: keep('mayStillBeKnown'), any: keep('mayStillBeKnown') },
		],
		[
			'whose model did not come',
			undelivered(1),
			{ success: keep('downloadMayPass'), failed: drop, any: keep('downloadMayPass') },
		],
		[
			'whose model did not come in four polls',
			undelivered(4),
			{ success: keep('downloadMayPass'), failed: drop, any: keep('downloadMayPass') },
		],
		[
			'whose model did not come in five polls',
			undelivered(5),
			{ success: emit('downloadGivenUp'), failed: drop, any: emit('downloadGivenUp') },
		],
		[
			'whose model will never come',
			undelivered(1, { isFinal: true }),
			{ success: emit('downloadGivenUp'), failed: drop, any: emit('downloadGivenUp') },
		],
		[
			'whose model did not come in earlier polls',
			{ ...startPoll(undelivered(4)), latest: task('success') },
			{ success: emit('modelReady'), failed: drop, any: emit('modelReady') },
		],
	])('a task %s', (_what, known, expected) => {
		for (const wanted of ['success', 'failed', 'any'] as const) {
			expect([wanted, decide(known, wanted)]).toEqual([wanted, expected[wanted]]);
		}
	});
});
