import * as fc from '../../../harness/fuzz';
import { BACKOFF_BASE_MS, BACKOFF_MAX_MS } from '../../../nodes/shared/core/api/retryAfter';
import { backoffMs, parseRetryAfter, retryAfterIn } from '../../../nodes/shared/core/api/retryAfter';

const NOW_MS = Date.UTC(2026, 9, 21, 7, 28, 0);

describe('parseRetryAfter', () => {
	it.each([
		['0', 0],
		['7', 7_000],
		[' 120 ', 120_000],
		['1.5', 1_500],
		['0.0004', 1],
		['007', 7_000],
	])('reads the seconds in "%s"', (value, expected) => {
		expect(parseRetryAfter(value, NOW_MS)).toBe(expected);
	});

	it.each([
		['Wed, 21 Oct 2026 07:28:30 GMT', 30_000],
		['Wednesday, 21-Oct-26 07:28:30 GMT', 30_000],
		['Wed Oct 21 07:28:30 2026', 30_000],
		['wed, 21 oct 2026 07:29:00 gmt', 60_000],
		['Wed, 21 Oct 2026 07:28:00 GMT', 0],
	])('reads the date in "%s" as the time left until then', (value, expected) => {
		expect(parseRetryAfter(value, NOW_MS)).toBe(expected);
	});

	it('takes a date in the past for "now"', () => {
		expect(parseRetryAfter('Wed, 21 Oct 2015 07:28:00 GMT', NOW_MS)).toBe(0);
	});

	it.each([
		undefined,
		'',
		'   ',
		'-1',
		'+5',
		'1e3',
		'2 seconds',
		'soon',
		'soon 5',
		'abc 1',
		'Marching 5',
		'NaN',
		'Infinity',
		'0x10',
		'2026-10-21',
		'Wed, 99 Oct 2026 07:28:30 GMT',
		'Oct 2026',
	])('does not guess what "%s" means', (value) => {
		expect(parseRetryAfter(value, NOW_MS)).toBeUndefined();
	});

	it('reads what an HTTP server writes, back to the second', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 10_000_000 }), (seconds) => {
				const date = new Date(NOW_MS + seconds * 1000).toUTCString();
				return (
					parseRetryAfter(date, NOW_MS) === seconds * 1000 &&
					parseRetryAfter(String(seconds), NOW_MS) === seconds * 1000
				);
			}),
		);
	});

	it('never throws and never gives a negative time or NaN, whatever the header holds', () => {
		const header = fc.oneof(
			fc.string(),
			fc.string({ unit: 'binary' }),
			fc.stringMatching(/^[0-9.,:+ eE-]{1,30}$/),
			fc.stringMatching(/^(Mon|Wed|Oct|Feb)[, ]{0,2}[0-9]{0,4} ?(Jan|Oct|Nov)? ?[0-9:]{0,8}( GMT)?$/),
			fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
		);
		fc.assert(
			fc.property(header, fc.integer(), (value, nowMs) => {
				const waitMs = parseRetryAfter(value, nowMs);
				return waitMs === undefined || waitMs >= 0;
			}),
			{ numRuns: 1_000 },
		);
	});
});

describe('backoffMs', () => {
	it.each([
		[1, 1_000],
		[2, 2_000],
		[3, 4_000],
		[4, 8_000],
		[5, 16_000],
		[6, 30_000],
		[7, 30_000],
		[5_000, 30_000],
	])('after try %i waits a random share of %i ms', (tried, ceiling) => {
		expect(backoffMs(tried, undefined, 0)).toBe(0);
		expect(backoffMs(tried, undefined, 0.5)).toBe(ceiling / 2);
		expect(backoffMs(tried, undefined, 0.999)).toBeCloseTo(ceiling * 0.999, 6);
	});

	it('lets Retry-After take precedence over the back-off, in both directions', () => {
		expect(backoffMs(1, 20_000, 0)).toBe(20_000);
		expect(backoffMs(9, 2_000, 0)).toBe(2_000);
	});

	it('spreads those who were told the same time over one second', () => {
		expect(backoffMs(1, 20_000, 0.25)).toBe(20_250);
	});

	it('never waits less than asked for, nor longer than the ceiling or a second more than asked for', () => {
		const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
		const retryAfter = fc.option(fc.nat(10_000_000), { nil: undefined });
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 2_000 }), retryAfter, random, (tried, retryAfterMs, share) => {
				const waitMs = backoffMs(tried, retryAfterMs, share);
				const least = retryAfterMs ?? 0;
				const most = retryAfterMs === undefined ? BACKOFF_MAX_MS : retryAfterMs + BACKOFF_BASE_MS;
				return waitMs >= least && waitMs <= most;
			}),
		);
	});
});

describe('retryAfterIn', () => {
	const later = 'Wed, 21 Oct 2026 07:28:30 GMT';

	it.each([
		['two hours slow', -7_200_000],
		['two hours fast', 7_200_000],
		['right', 0],
	])("reads a date against the answer's own, with a clock that is %s", (_how, offMs) => {
		const headers = { 'retry-after': later, date: 'Wed, 21 Oct 2026 07:28:00 GMT' };
		expect(retryAfterIn(headers, NOW_MS + offMs)).toBe(30_000);
	});

	it.each([undefined, '', 'yesterday'])(
		'reads it against the clock where the answer says "%s" as its Date',
		(date) => {
			expect(retryAfterIn({ 'retry-after': later, date }, NOW_MS)).toBe(30_000);
		},
	);

	it('reads seconds as they are, and nothing where there is nothing', () => {
		expect(retryAfterIn({ 'retry-after': '7', date: later }, NOW_MS)).toBe(7_000);
		expect(retryAfterIn({ date: later }, NOW_MS)).toBeUndefined();
	});

	it('takes no endless text for a date', () => {
		expect(parseRetryAfter(`${'jan '.repeat(25_000)}${later}`, NOW_MS)).toBeUndefined();
	});
});
