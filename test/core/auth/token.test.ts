import * as fc from '../../../harness/fuzz';
import { expiresSoon, readTokenTimes } from '../../../nodes/shared/core/auth/token';
import { makeToken } from '../../../harness/simulation/madeUpTokens';

const HOUR_MS = 3_600_000;
const ISSUED_MS = Date.UTC(2026, 0, 1);
const token = makeToken({ iat: ISSUED_MS / 1000, exp: (ISSUED_MS + HOUR_MS) / 1000 });

describe('readTokenTimes', () => {
	it('reads both times', () => {
		expect(readTokenTimes(token)).toEqual({ issuedMs: ISSUED_MS, expiresMs: ISSUED_MS + HOUR_MS });
	});

	it.each([
		['is missing', {}],
		['is no number', { iat: '1' }],
		['is after the end', { iat: 2_000_000_000 }],
		['is negative', { iat: -1 }],
	])('takes a life of one hour where the time of issue %s', (_what, claims) => {
		const exp = (ISSUED_MS + HOUR_MS) / 1000;
		expect(readTokenTimes(makeToken({ ...claims, exp }))).toEqual({
			issuedMs: ISSUED_MS,
			expiresMs: ISSUED_MS + HOUR_MS,
		});
	});

	it.each([
		['an API key', 'sk-live-1234'],
		['nothing', ''],
		['dots', '..'],
		['a payload that is not base64', 'a.!!!.c'],
		['a payload that is not JSON', `a.${Buffer.from('hello').toString('base64url')}.c`],
		['a payload of null', `a.${Buffer.from('null').toString('base64url')}.c`],
		['a payload without exp', makeToken({ iat: 1 })],
		['an exp that is text', makeToken({ exp: '1767225600' })],
		['an exp beyond any date', `a.${Buffer.from('{"exp":1e999}').toString('base64url')}.c`],
		['a negative exp', makeToken({ exp: -5 })],
	])('gives nothing for %s', (_what, text) => {
		expect(readTokenTimes(text)).toBeUndefined();
	});

	it('never throws and never gives an odd time, whatever the token', () => {
		const claim = fc.oneof(fc.jsonValue(), fc.double(), fc.integer(), fc.maxSafeInteger());
		const payload = fc.oneof(
			fc.record({ iat: claim, exp: claim }, { requiredKeys: [] }).map((claims) => JSON.stringify(claims)),
			fc.constantFrom('{"exp":1e999}', '{"exp":1e308,"iat":-1e999}', '{"exp":5}', 'null', '[]', '7'),
			fc.string(),
		);
		const text = fc.oneof(
			fc.string(),
			payload.map((part) => `a.${Buffer.from(part).toString('base64url')}.c`),
		);
		fc.assert(
			fc.property(text, (candidate) => {
				const times = readTokenTimes(candidate);
				expect(typeof expiresSoon(candidate, ISSUED_MS)).toBe('boolean');
				if (times === undefined) return true;
				const { issuedMs, expiresMs } = times;
				return Number.isFinite(expiresMs) && issuedMs >= 0 && issuedMs <= expiresMs;
			}),
			{ numRuns: 1_000 },
		);
	});
});

describe('expiresSoon', () => {
	it.each([
		[0, false],
		[54 * 60_000, false],
		[55 * 60_000 - 1, false],
		[55 * 60_000, true],
		[60 * 60_000, true],
		[90 * 60_000, true],
	])('%i ms into a life of one hour: %s', (ageMs, expected) => {
		expect(expiresSoon(token, ISSUED_MS + ageMs)).toBe(expected);
	});

	it('takes the last twelfth of a shorter life', () => {
		const short = makeToken({ iat: ISSUED_MS / 1000, exp: ISSUED_MS / 1000 + 12 });
		expect(expiresSoon(short, ISSUED_MS + 10_999)).toBe(false);
		expect(expiresSoon(short, ISSUED_MS + 11_000)).toBe(true);
	});

	it('leaves alone what carries no times', () => {
		expect(expiresSoon('sk-live-1234', ISSUED_MS)).toBe(false);
		expect(expiresSoon('', ISSUED_MS)).toBe(false);
	});
});
