/** What a run has done so far, for the user who watches it: counts in, a sentence out. Nothing fails. */
import { counted, inDigits, inSeconds } from './counted';

/** The gap between two messages while a run is watched, so that the editor is not flooded. */
const MESSAGE_GAP_MS = 2_000;

/**
 * How an item ended, told apart by what may have been paid for: `delivered`, `started` (not waited for), `failed` with
 * a task, `uncertain`, `refused` by the service, or `notSent` at all; known and not paid for again: `reused`, `leftOut`.
 */
export type Ending =
	| 'delivered'
	| 'started'
	| 'failed'
	| 'uncertain'
	| 'refused'
	| 'notSent'
	| 'reused'
	| 'leftOut';

/** One per run: told of every item's beginning and end. */
export class RunReport {
	private readonly progress = new Map<number, number>();
	private readonly endings: Record<Ending, number> = {
		delivered: 0,
		started: 0,
		reused: 0,
		leftOut: 0,
		failed: 0,
		uncertain: 0,
		refused: 0,
		notSent: 0,
	};
	private statusChecks = 0;
	private retries = 0;
	private credits = '';
	private remark = '';
	private saved = '';
	private forgotten = 0;
	private lastMessageMs = Number.NEGATIVE_INFINITY;

	/** `total`: items of the run. `startedMs`: the clock's time. */
	constructor(
		private readonly total: number,
		private readonly startedMs: number,
	) {}

	/** A request was sent again because the first try failed. */
	countRetry(): void {
		this.retries++;
	}

	/** A task that was paid for before is not known to the service any more, and is paid for again. */
	countForgotten(): void {
		this.forgotten++;
	}

	countStatusCheck(): void {
		this.statusChecks++;
	}

	/** A task of item `index` was seen at `percent`. */
	see(index: number, percent: number): void {
		this.progress.set(index, percent);
	}

	end(index: number, how: Ending): void {
		this.progress.delete(index);
		this.endings[how]++;
	}

	/** The account's balance before the first generation and after the last; undefined where it is not known. */
	addCredits(before: number | undefined, after: number | undefined): void {
		if (after === undefined) return;
		const left = `${inDigits(after)} left.`;
		// More than before: credits were bought meanwhile, and what was used cannot be told.
		this.credits =
			before === undefined || after > before
				? ` ${capitalized(counted(after, 'credit'))} left.`
				: ` ${capitalized(counted(before - after, 'credit'))} used in this run, ${left}`;
	}

	/** What a generation has cost in this run, for what those that were known have saved; undefined where that cannot be told. */
	addSaved(creditsEach: number | undefined): void {
		const { reused, leftOut } = this.endings;
		const known = reused + leftOut;
		if (creditsEach === undefined || creditsEach <= 0 || known === 0) return;
		this.saved = ` About ${counted(creditsEach * known, 'credit')} saved by models that were paid for before.`;
	}

	/** More to be said after the sum; with a space before it. */
	add(remark: string): void {
		this.remark += remark;
	}

	/** Where the run stands, at most once every two seconds; undefined in between. */
	nextMessage(nowMs: number): string | undefined {
		if (nowMs - this.lastMessageMs < MESSAGE_GAP_MS) return undefined;
		this.lastMessageMs = nowMs;
		const running = [...this.progress.values()];
		const average = running.reduce((sum, percent) => sum + percent, 0) / (running.length || 1);
		const underWay = running.length === 0 ? '' : `, ${running.length} under way (${Math.round(average)} %)`;
		const { delivered, reused, leftOut } = this.endings;
		return `Image3D: ${delivered + reused + leftOut} of ${this.total} done${underWay}`;
	}

	/** The whole run in one sentence. */
	sumUp(nowMs: number): string {
		const { delivered, started, ...others } = this.endings;
		const parts = [
			...(delivered > 0 || (started === 0 && others.reused + others.leftOut === 0)
				? [counted(delivered, 'generation done', 'generations done')]
				: []),
			...(started > 0 ? [counted(started, 'generation started', 'generations started')] : []),
			...Object.entries(others)
				.filter(([, count]) => count > 0)
				.map(([how, count]) => `${count} ${ENDING_IN_WORDS[how as keyof typeof ENDING_IN_WORDS]}`),
		];
		const work = [
			counted(this.statusChecks, 'status check', 'status checks'),
			counted(this.retries, 'retry', 'retries'),
		];
		const time = inSeconds(nowMs - this.startedMs);
		return `Image3D: ${parts.join(', ')} in ${time} (${work.join(', ')}).${this.credits}${this.saved}${this.sumUpForgotten()}${this.remark}`;
	}

	private sumUpForgotten(): string {
		if (this.forgotten === 0) return '';
		return ` Image3D does not know ${counted(this.forgotten, 'task')} in the table, and they were made again: check that the credential belongs to the account that paid for them.`;
	}
}

const ENDING_IN_WORDS = {
	failed: 'failed',
	uncertain: 'may have been charged',
	refused: 'refused',
	notSent: 'not sent',
	reused: 'known and not paid for again',
	leftOut: 'known and left out',
};

function capitalized(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
