import * as fc from '../../../harness/fuzz';
import {
	DownloadTime,
	FIRST_BYTE_TIMEOUT_MS,
	SLOW_START_MS,
	SLOWEST_FAIR_BYTES_PER_SECOND,
	STALL_TIMEOUT_MS,
} from '../../../nodes/shared/core/delivery/downloadTime';

const START_MS = 1_000_000;

/** When a download is given up, and why: `bytesAt` tells how many bytes have come after so many milliseconds. */
function play(bytesAt: (ms: number) => number, untilMs = 3_600_000): { ms: number; why?: string } {
	const time = new DownloadTime(START_MS);
	for (let ms = 0; ms <= untilMs; ms += 100) {
		time.note(bytesAt(ms), START_MS + ms);
		const problem = time.findProblem(START_MS + ms);
		if (problem !== undefined) return { ms, why: problem.message };
	}
	return { ms: untilMs };
}

describe('DownloadTime', () => {
	it('waits two minutes for the first byte', () => {
		expect(play(() => 0)).toEqual({
			ms: FIRST_BYTE_TIMEOUT_MS,
			why: 'The download of the model broke off: its server sent nothing for 2 minutes',
		});
		expect(play((ms) => (ms < 90_000 ? 0 : 1e9), 115_000).why).toBeUndefined();
	});

	it('waits thirty seconds for the next one', () => {
		const { ms, why } = play((at) => (at < 5_000 ? 0 : 5e6));
		expect(ms).toBe(5_000 + STALL_TIMEOUT_MS);
		expect(why).toContain('no data came for 30 seconds');
	});

	it.each([1, 5, 1_000, SLOWEST_FAIR_BYTES_PER_SECOND / 2])('ends a drip of %i bytes a second', (speed) => {
		const { ms, why } = play((at) => 1 + Math.floor((at / 1_000) * speed));
		expect(why).toContain('slower than 16 KB a second');
		expect(ms).toBeLessThan(2.1 * SLOW_START_MS);
	});

	it('never ends a stream of the slowest fair speed', () => {
		expect(play((at) => 1 + Math.ceil((at / 1_000) * SLOWEST_FAIR_BYTES_PER_SECOND)).why).toBeUndefined();
	});

	it('ends at the latest after the slow start and the size at the slowest fair speed', () => {
		const sizes = fc.integer({ min: 1, max: 3_000_000 });
		const steps = fc.array(
			fc.tuple(fc.integer({ min: 1, max: 29_000 }), fc.integer({ min: 1, max: 90_000 })),
			{
				minLength: 1,
				maxLength: 300,
			},
		);
		fc.assert(
			fc.property(sizes, steps, (size, chunks) => {
				const time = new DownloadTime(START_MS);
				let [nowMs, received] = [START_MS, 1];
				time.note(received, nowMs);
				for (const [gapMs, bytes] of chunks) {
					nowMs += gapMs;
					if (time.findProblem(nowMs) !== undefined) break;
					received = Math.min(size, received + bytes);
					time.note(received, nowMs);
				}
				const boundMs = SLOW_START_MS + (size / SLOWEST_FAIR_BYTES_PER_SECOND) * 1_000;
				return time.deadlineMs - START_MS <= boundMs;
			}),
			{ numRuns: 500 },
		);
	});

	it('counts what takes minutes to fail as slow, and a stall as something to try again like any other', () => {
		const silent = new DownloadTime(START_MS).findProblem(START_MS + FIRST_BYTE_TIMEOUT_MS);
		expect(silent).toMatchObject({ kind: 'download', retryable: true, isSlow: true });
		const stalled = new DownloadTime(START_MS);
		stalled.note(100, START_MS);
		expect(stalled.findProblem(START_MS + STALL_TIMEOUT_MS)).not.toHaveProperty('isSlow');
	});
});
