/** The looks at the tasks of one round, what each teaches, and when the next one is due. */
import { type StatusCheck, fetchStatus } from '../api/fetchStatus';
import type { Failure } from '../failure';
import {
	LONGEST_REST_MS,
	LOOK_TIMEOUT_MS,
	MAX_READ_TRIES,
	REFUSED_REST_MS,
	SHORTEST_LOOK_MS,
} from '../limits';
import { backoffMs } from '../api/retryAfter';
import { type Report, assumeSubmittedMs, expectationOf, nextPollMs } from './schedule';
import { type Task, isFinished } from '../api/task';
import type { Service } from './waitForTask';

/** What is known of a task; added to from round to round. */
export interface Watch {
	readonly taskId: string;
	readonly quality?: string;
	/** When it was submitted, in the clock's milliseconds; where nobody knows, the first look sets it. */
	sinceMs?: number;
	reports: Report[];
	/** Status calls made for it. */
	checks: number;
	/** Looks in a row that failed, and until when it is left alone after them. */
	troubles: number;
	restsUntilMs: number;
	/** Looks in a row to which the service said that it does not know or show this task, and what it said last. */
	refusals: number;
	refusal?: Failure;
}

/** A task of which nothing was learned yet. */
export function newWatch(taskId: string, quality?: string, sinceMs?: number): Watch {
	return { taskId, quality, sinceMs, reports: [], checks: 0, troubles: 0, restsUntilMs: 0, refusals: 0 };
}

/** Ratio between blind looks: seconds matter to whoever waits for a trigger, the exact second does not. */
const WATCH_GROWTH = 1.15;
/** A task that goes on far beyond its usual time is looked at once in a poll of the shortest interval. */
const LONGEST_WATCH_GAP_MS = 60_000;

export interface Round {
	ended: Task[];
	/** Tasks that go on, as last seen. */
	running: Task[];
	/** The service or the sign-in has a problem that is not a single task's. */
	failure?: Failure;
	calls: number;
}

/** The looks of one round, and what came of them. */
export class Looks {
	readonly round: Round = { ended: [], running: [], calls: 0 };
	readonly endedIds = new Set<string>();
	/** The service asked to be left alone until then. */
	pausedUntilMs = 0;
	private readonly seen = new Map<string, Task>();
	private lastFailure?: Failure;
	private failuresInARow = 0;
	private hasBeenAnswered = false;
	/** There is no sense in going on. */
	areOver = false;

	constructor(
		private readonly service: Service,
		private readonly deadlineMs: number,
	) {}

	/** Asks about all of them at once; what comes of it is noted in their order. */
	async lookAt(watches: readonly Watch[]): Promise<void> {
		const answers = await Promise.all(watches.map(async (watch) => await this.ask(watch)));
		for (const [index, { outcome, answered }] of answers.entries()) {
			const watch = watches[index];
			if (answered) {
				this.hasBeenAnswered = true;
				this.failuresInARow = 0;
			}
			if (outcome.ok) this.noteTask(watch, outcome.value);
			else if (answered) noteRefusal(watch, outcome.failure, this.service.clock.now());
			else this.noteFailure(watch, outcome.failure);
		}
	}

	private async ask(watch: Watch): Promise<StatusCheck> {
		const { clock, pace } = this.service;
		this.round.calls++;
		watch.checks++;
		await pace.turn();
		const timeoutMs = Math.min(LOOK_TIMEOUT_MS, Math.max(SHORTEST_LOOK_MS, this.deadlineMs - clock.now()));
		return await fetchStatus(watch.taskId, this.service, timeoutMs);
	}

	finish(): Round {
		this.round.running = [...this.seen.values()];
		// Where nothing could be read it was not a single task's problem.
		if (!this.hasBeenAnswered) this.round.failure ??= this.lastFailure;
		return this.round;
	}

	private noteTask(watch: Watch, task: Task): void {
		Object.assign(watch, { troubles: 0, restsUntilMs: 0, refusals: 0, refusal: undefined });
		if (isFinished(task)) {
			this.seen.delete(task.taskId);
			this.endedIds.add(task.taskId);
			this.round.ended.push(task);
			return;
		}
		this.seen.set(task.taskId, task);
		const nowMs = this.service.clock.now();
		watch.sinceMs ??= assumeSubmittedMs(watch.quality, task.progress, nowMs);
		watch.reports.push({ atMs: nowMs - watch.sinceMs, progress: task.progress });
	}

	private noteFailure(watch: Watch, failure: Failure): void {
		const { clock } = this.service;
		this.lastFailure = failure;
		this.failuresInARow++;
		watch.troubles++;
		const waitMs = backoffMs(watch.troubles, failure.retryAfterMs, clock.random());
		watch.restsUntilMs = clock.now() + Math.min(waitMs, LONGEST_REST_MS);
		if (failure.kind === 'rateLimited') this.pausedUntilMs = clock.now() + waitMs;
		const isEveryTasks = isHopeless(failure) || this.pausedUntilMs > this.deadlineMs;
		if (isEveryTasks) this.round.failure = failure;
		this.areOver ||= isEveryTasks || this.failuresInARow >= MAX_READ_TRIES;
	}
}

/** No sign-in, or another address: it would be the same for every task. A 403 may be this task's alone. */
function isHopeless({ kind, httpCode, retryable }: Failure): boolean {
	return (kind === 'unauthorized' && httpCode !== '403') || (kind === 'unreadable' && !retryable);
}

function noteRefusal(watch: Watch, refusal: Failure, nowMs: number): void {
	watch.refusal = refusal;
	watch.refusals++;
	watch.restsUntilMs = nowMs + Math.min(LONGEST_REST_MS, REFUSED_REST_MS * 2 ** (watch.refusals - 1));
}

/** When to look at it next; at once where nothing is known of it. */
export function nextAtMs({ sinceMs, quality, reports, restsUntilMs }: Watch): number {
	if (sinceMs === undefined) return restsUntilMs;
	const expected = { ...expectationOf(quality, WATCH_GROWTH), longestGapMs: LONGEST_WATCH_GAP_MS };
	const dueMs = nextPollMs(expected, reports, reports.at(-1)?.atMs ?? 0);
	return Math.max(restsUntilMs, sinceMs + dueMs);
}
