/**
 * How long a download may take. In: the time, and how many bytes have come by then; out: when it is given up, and why.
 * All times in the clock's milliseconds.
 */
import type { Failure } from '../failure';

/** A proxy that scans a file for viruses sends nothing before it has all of it: up to two minutes are usual for large models. */
export const FIRST_BYTE_TIMEOUT_MS = 120_000;

/** No byte for this long in a running stream means that the download has stalled. */
export const STALL_TIMEOUT_MS = 30_000;

/** A line slower than 128 kbit/s on average is none that a model of some megabytes was meant for. */
export const SLOWEST_FAIR_BYTES_PER_SECOND = 16 * 1024;

/** A download may be as slow as it likes for this long: connections start slowly, and a small model needs no more. */
export const SLOW_START_MS = 60_000;

/** Once the model is whole, the end of the file, or bytes behind the model, are waited for no longer. */
export const END_OF_FILE_MS = 1_000;

type Reason = 'noFirstByte' | 'stalled' | 'tooSlow';

/** The time of one download. It ends at the latest the slow start, and its size at the slowest fair speed, after its first byte. */
export class DownloadTime {
	private received = 0;
	private firstByteMs: number | undefined;
	private lastByteMs: number;

	constructor(private readonly startedMs: number) {
		this.lastByteMs = startedMs;
	}

	/** Notes how many bytes have come in all. */
	note(received: number, nowMs: number): void {
		if (received === this.received) return;
		this.received = received;
		this.firstByteMs ??= nowMs;
		this.lastByteMs = nowMs;
	}

	/** When it is given up if nothing more comes. */
	get deadlineMs(): number {
		return Math.min(...this.limits().map(({ atMs }) => atMs));
	}

	/** Why it is given up now, or undefined while it may go on. */
	findProblem(nowMs: number): Failure | undefined {
		const over = this.limits().find(({ atMs }) => nowMs >= atMs);
		return over && tooLong(over.reason);
	}

	private limits(): Array<{ reason: Reason; atMs: number }> {
		if (this.firstByteMs === undefined) {
			return [{ reason: 'noFirstByte', atMs: this.startedMs + FIRST_BYTE_TIMEOUT_MS }];
		}
		const fairMs = (this.received / SLOWEST_FAIR_BYTES_PER_SECOND) * 1_000;
		return [
			{ reason: 'stalled', atMs: this.lastByteMs + STALL_TIMEOUT_MS },
			{ reason: 'tooSlow', atMs: this.firstByteMs + SLOW_START_MS + fairMs },
		];
	}
}

const IN_WORDS: Record<Reason, string> = {
	noFirstByte: `its server sent nothing for ${FIRST_BYTE_TIMEOUT_MS / 60_000} minutes`,
	stalled: `no data came for ${STALL_TIMEOUT_MS / 1_000} seconds`,
	tooSlow: `it came slower than ${SLOWEST_FAIR_BYTES_PER_SECOND / 1_024} KB a second`,
};

function tooLong(reason: Reason): Failure {
	return {
		kind: 'download',
		message: `The download of the model broke off: ${IN_WORDS[reason]}`,
		hint: 'Check whether a proxy or virus scanner is in the way, and run again a little later.',
		retryable: true,
		...(reason === 'stalled' ? {} : { isSlow: true }),
	};
}
