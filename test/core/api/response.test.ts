import * as fc from '../../../harness/fuzz';
import { readResponse } from '../../../nodes/shared/core/api/response';
import { failureIn, valueOf } from '../../../harness/simulation/outcomes';
import { CANCELLED_REPLY, HTML_PAGE, REFUSED, RESET, answer } from '../../../harness/simulation/replies';

const NOW_MS = Date.UTC(2026, 0, 1);
const NOTHING_CHARGED = /Nothing was charged|This request was not charged/;

describe('readResponse', () => {
	it.each([200, 201, 202, 299])('gives the JSON object of a %i', (status) => {
		expect(valueOf(readResponse(answer(status, { task_id: 't', new_field: [1] }), NOW_MS))).toEqual({
			task_id: 't',
			new_field: [1],
		});
	});

	it.each([
		[400, 'badRequest', false, 'did not accept the request', /Extra Fields/, true],
		[413, 'badRequest', false, 'did not accept the request', /Extra Fields/, true],
		[422, 'badRequest', false, 'did not accept the request', /Extra Fields/, true],
		[405, 'badRequest', false, 'did not accept the request (HTTP 405)', /Base URL/, true],
		[415, 'badRequest', false, 'did not accept the request (HTTP 415)', /Base URL/, true],
		[401, 'unauthorized', false, 'did not accept the sign-in', /connection test/, true],
		[403, 'unauthorized', false, 'did not accept the sign-in', /connection test/, true],
		[402, 'paymentRequired', false, 'too few credits', /image3d\.io\/pricing/, true],
		[404, 'notFound', false, 'does not know', /task ID/, false],
		[429, 'rateLimited', true, 'too many requests', /Concurrency/, true],
		[500, 'serverError', true, 'internal error (HTTP 500)', /Wait a few seconds/, false],
		[502, 'serverError', true, 'internal error (HTTP 502)', /Wait a few seconds/, false],
		[503, 'serverError', true, 'internal error (HTTP 503)', /Wait a few seconds/, false],
		[504, 'serverError', true, 'internal error (HTTP 504)', /Wait a few seconds/, false],
		[301, 'unreadable', false, 'redirect (HTTP 301)', /never sent on/, false],
		[302, 'unreadable', false, 'redirect (HTTP 302)', /Base URL/, false],
		[303, 'unreadable', false, 'redirect (HTTP 303)', /Base URL/, false],
		[307, 'unreadable', false, 'redirect (HTTP 307)', /Base URL/, false],
		[308, 'unreadable', false, 'redirect (HTTP 308)', /Base URL/, false],
	] as const)('takes %i for %s', (status, kind, retryable, message, hint, saysNotCharged) => {
		const failure = failureIn(readResponse(answer(status, { error: 'because' }), NOW_MS));
		expect(failure).toMatchObject({ kind, retryable, httpCode: String(status) });
		expect(failure.message).toContain(message);
		expect(failure.hint).toMatch(hint);
		expect(NOTHING_CHARGED.test(failure.hint)).toBe(saysNotCharged);
		if (status >= 400) expect(failure.message.endsWith(': because')).toBe(true);
	});

	it.each([406, 408, 409, 424, 460, 499])('does not claim that a %i was not acted on', (status) => {
		const failure = failureIn(readResponse(answer(status), NOW_MS));
		// What is only read, such as a status, is asked again.
		expect(failure).toMatchObject({ kind: 'serverError', retryable: true, httpCode: String(status) });
		expect(failure.hint).not.toMatch(NOTHING_CHARGED);
	});

	it.each([
		['error', { error: 'no credits' }, ': no credits'],
		['message', { message: ' no credits ' }, ': no credits'],
		['detail', { detail: 'no credits' }, ': no credits'],
		['error.message', { error: { message: 'no credits', code: 7 } }, ': no credits'],
		['the first that says something', { error: ' ', message: 'no credits' }, ': no credits'],
		[
			'the first that says something, nested',
			{ error: { message: ' ' }, detail: 'no credits' },
			': no credits',
		],
		['none of them', { reason: 'no credits' }, ''],
		['only empty ones', { error: { message: '' } }, ''],
		['another type', { error: 7, message: ['a'], detail: null }, ''],
	])('quotes the reason under %s', (_name, body, quoted) => {
		const { message } = failureIn(readResponse(answer(402, body), NOW_MS));
		expect(message).toBe(`The Image3D account has too few credits${quoted}`);
	});

	it.each([
		['no JSON', 'oops'],
		['an array', '["oops"]'],
		['a web page', HTML_PAGE],
		['nothing', ''],
	])('quotes nothing of an error whose body is %s', (_what, body) => {
		expect(failureIn(readResponse(answer(400, body), NOW_MS)).message).toBe(
			'Image3D did not accept the request',
		);
	});

	it('quotes at most 300 characters, and no secret', () => {
		const jwt = ['eyJhbGciOiJSUzI1NiJ9', 'eyJzdWIiOiJ1c2VyIn0', 'sig'].join('.');
		const { message } = failureIn(
			readResponse(answer(401, { error: `${jwt} ${'x'.repeat(5_000)}` }), NOW_MS),
		);
		expect(message).not.toContain('eyJ');
		expect(message).toContain(': [token] xxx');
		expect(message.length).toBeLessThan(400);
	});

	it.each([
		['7', 7_000],
		['Thu, 01 Jan 2026 00:00:09 GMT', 9_000],
		['later', undefined],
	])('carries a Retry-After of "%s"', (value, expected) => {
		for (const status of [429, 500, 503]) {
			const failure = failureIn(readResponse(answer(status, '', { 'retry-after': value }), NOW_MS));
			expect(failure.retryAfterMs).toBe(expected);
		}
	});

	it.each([
		['a web page', HTML_PAGE],
		['a web page', '  <html>'],
		['a web page', '<?xml version="1.0"?><html/>'],
		['an empty page', ''],
		['an empty page', ' \n '],
		['unreadable data', '{"task_id": "t'],
		['unreadable data', '[]'],
		['unreadable data', 'null'],
		['unreadable data', '"done"'],
		['unreadable data', '12'],
	])('says that a 200 is %s: %j', (what, body) => {
		const failure = failureIn(readResponse(answer(200, body), NOW_MS));
		expect(failure).toMatchObject({ kind: 'unreadable', retryable: true, httpCode: '200' });
		expect(failure.message).toBe(`Image3D sent ${what} where JSON was expected (HTTP 200)`);
		expect(failure.hint).toContain('Base URL');
	});

	it.each([
		['refused', REFUSED],
		['reset', RESET],
	])('says that the service was not reached when the connection was %s', (_what, reply) => {
		const failure = failureIn(readResponse(reply, NOW_MS));
		expect(failure).toMatchObject({ kind: 'unreachable', retryable: true });
		expect(failure.message).toContain(reply.reason);
		expect(failure.httpCode).toBeUndefined();
	});

	it('takes secrets out of what the network said', () => {
		const reason = 'connect failed: https://a.test/?key=s3cr3t';
		const failure = failureIn(readResponse({ kind: 'noAnswer', reached: 'never', reason }, NOW_MS));
		expect(failure.message).not.toContain('s3cr3t');
	});

	it('hands on the sentence of a sign-in that failed, as a 401 that trying again cannot help', () => {
		const signInProblem = 'The Image3D sign-in has expired.';
		const failure = failureIn(
			readResponse({ kind: 'noAnswer', reached: 'never', reason: 'x', signInProblem }, NOW_MS),
		);
		expect(failure).toMatchObject({
			kind: 'unauthorized',
			message: signInProblem,
			retryable: false,
			httpCode: '401',
		});
		expect(failure.hint).toMatch(/credential.*Nothing was charged/);
	});

	it('takes a sign-in service that is down for something that time may mend', () => {
		const signInProblem = 'The sign-in service has a problem at the moment.';
		const failure = failureIn(
			readResponse({ kind: 'noAnswer', reached: 'never', reason: 'x', signInProblem, mayPass: true }, NOW_MS),
		);
		expect(failure).toMatchObject({ kind: 'unreachable', message: signInProblem, retryable: true });
		expect(failure.hint).toMatch(/nothing was charged/);
		expect(failure.httpCode).toBeUndefined();
	});

	it('says that it was cancelled, and nothing else', () => {
		expect(failureIn(readResponse(CANCELLED_REPLY, NOW_MS))).toMatchObject({
			kind: 'cancelled',
			retryable: false,
		});
	});

	it('never throws, whatever the status and the body', () => {
		const body = fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' }));
		fc.assert(
			fc.property(fc.integer({ min: 100, max: 999 }), body, fc.string(), (status, text, retryAfter) => {
				const outcome = readResponse(answer(status, text, { 'retry-after': retryAfter }), NOW_MS);
				if (outcome.ok) return status >= 200 && status <= 299;
				const { message, hint, retryAfterMs } = outcome.failure;
				return message !== '' && hint !== '' && (retryAfterMs === undefined || retryAfterMs >= 0);
			}),
			{ numRuns: 1_000 },
		);
	});
});
