import { ServerClock, describeSkew } from '../../../nodes/shared/core/auth/serverClock';

const NOW_MS = Date.UTC(2026, 0, 1, 12);
const at = (ms: number) => ({ date: new Date(ms).toUTCString() });

describe('ServerClock', () => {
	it.each([
		['is two hours slow', 7_200_000, 7_200_000],
		['is two hours fast', -7_200_000, -7_200_000],
		['is right', 0, 0],
		['is off by less than an answer may take', 59_000, 0],
	])('tells by the Date of an answer that this machine %s', (_how, aheadMs, skewMs) => {
		const clock = new ServerClock();
		clock.note('a', at(NOW_MS + aheadMs), NOW_MS);
		expect(clock.skewMs('a')).toBe(skewMs);
	});

	it.each([{}, { date: '' }, { date: 'yesterday' }, { date: ['x'] }])('learns nothing of %j', (headers) => {
		const clock = new ServerClock();
		clock.note('a', headers, NOW_MS);
		expect(clock.skewMs('a')).toBeUndefined();
	});

	it('adds the time that an answer has lain in a cache', () => {
		const clock = new ServerClock();
		clock.note('a', { ...at(NOW_MS - 3_600_000), age: '3600' }, NOW_MS);
		expect(clock.skewMs('a')).toBe(0);
	});

	it('keeps servers apart, prefers the first that is known, and the newest answer of it', () => {
		const clock = new ServerClock();
		clock.note('b', at(NOW_MS + 600_000), NOW_MS);
		expect(clock.skewMs('a', 'b')).toBe(600_000);
		clock.note('a', at(NOW_MS), NOW_MS);
		expect(clock.skewMs('a', 'b')).toBe(0);
		clock.note('b', at(NOW_MS), NOW_MS);
		expect(clock.skewMs('b')).toBe(0);
	});

	it('does not grow without bound', () => {
		const clock = new ServerClock();
		for (let count = 0; count <= 50; count++) clock.note(`server ${count}`, at(NOW_MS), NOW_MS);
		expect(clock.skewMs('server 0')).toBeUndefined();
		expect(clock.skewMs('server 1')).toBe(0);
	});
});

describe('describeSkew', () => {
	it.each([
		[7_200_000, ' The clock of the machine that n8n runs on is 2 hours slow: set it right.'],
		[-7_200_000, ' The clock of the machine that n8n runs on is 2 hours fast: set it right.'],
		[60_000, ' The clock of the machine that n8n runs on is 1 minute slow: set it right.'],
		[0, ''],
		[undefined, ''],
	])('%j: %j', (skewMs, sentence) => expect(describeSkew(skewMs)).toBe(sentence));
});
