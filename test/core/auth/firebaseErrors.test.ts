import * as fc from '../../../harness/fuzz';
import { describeFirebaseError } from '../../../nodes/shared/core/auth/firebaseErrors';
import { WEB_KEY } from '../../../harness/simulation/madeUpTokens';

const SENTENCES: Array<[string, RegExp]> = [
	['TOKEN_EXPIRED', /has expired.*new refresh token/],
	['INVALID_REFRESH_TOKEN', /refresh token is not valid.*new refresh token/],
	['MISSING_REFRESH_TOKEN', /refresh token is missing.*new refresh token/],
	['INVALID_GRANT_TYPE', /not accepted.*new refresh token/],
	['PROJECT_NUMBER_MISMATCH', /different projects.*Firebase Web API Key/],
	['USER_DISABLED', /disabled.*support/],
	['USER_NOT_FOUND', /no longer exists.*another account/],
	['API_KEY_INVALID', /Web API Key is not valid.*Check/],
	['INVALID_OOB_CODE', /already used.*new sign-in link/],
	['EXPIRED_OOB_CODE', /link has expired.*new sign-in link/],
	['MISSING_OOB_CODE', /not complete.*new sign-in link/],
	['INVALID_EMAIL', /does not belong to this sign-in link.*Enter the address/],
	['EMAIL_NOT_FOUND', /No Image3D account.*Check the address/],
	['OPERATION_NOT_ALLOWED', /does not allow this kind.*another sign-in method/],
	['TOO_MANY_ATTEMPTS_TRY_LATER', /Too many.*Wait/],
	['QUOTA_EXCEEDED', /over its limit.*Wait/],
];

describe('describeFirebaseError', () => {
	it.each(SENTENCES)('says what to do about %s, in each shape of error', (code, sentence) => {
		const shapes = [
			{ error: { code: 400, message: code, status: 'INVALID_ARGUMENT' } },
			{ error: { message: `${code} : key=${WEB_KEY}` } },
			{ error: { message: 'Something else.', details: [{}, null, { reason: code }] } },
			{ error: code },
		];
		for (const body of shapes) {
			expect(describeFirebaseError(400, body)).toMatch(sentence);
			expect(describeFirebaseError(400, body)).not.toContain('AIza');
		}
	});

	it('knows an invalid key by its words', () => {
		const message = `API key not valid. Please pass a valid API key: ${WEB_KEY}`;
		const sentence = describeFirebaseError(400, { error: { message } });
		expect(sentence).toMatch(/Firebase Web API Key is not valid/);
		expect(sentence).not.toContain('AIza');
	});

	it.each([
		[
			403,
			{ error: { message: `Requests from referer https://x.test/ with ${WEB_KEY} are blocked.` } },
			/not allow.*Base URL/,
		],
		[403, { error: { message: 'PERMISSION_DENIED' } }, /not allow.*restricted to other sites/],
		[429, {}, /over its limit/],
		[500, {}, /has a problem at the moment.*Wait a little/],
		[503, { error: { message: 'UNAVAILABLE' } }, /has a problem at the moment/],
		[400, {}, /not accepted \(HTTP 400\)/],
		[404, { error: 'gone' }, /not accepted \(HTTP 404\)/],
		[400, { error: { message: 'SOME_NEW_CODE : details' } }, /not accepted \(SOME_NEW_CODE\)/],
		[400, { error: { message: 7, details: 'none' } }, /not accepted \(HTTP 400\)/],
		[400, { error: [] }, /not accepted \(HTTP 400\)/],
	])('falls back on the status %i', (status, body, sentence) => {
		expect(describeFirebaseError(status, body)).toMatch(sentence);
		expect(describeFirebaseError(status, body)).not.toContain('AIza');
	});

	it('prefers a known code to the status', () => {
		expect(describeFirebaseError(403, { error: { message: 'USER_DISABLED' } })).toMatch(/disabled/);
	});

	it.each(['toString', 'constructor', '__proto__'])('takes the reason "%s" for unknown', (reason) => {
		expect(describeFirebaseError(400, { error: { details: [{ reason }] } })).toBe(
			'The sign-in was not accepted (HTTP 400). Check every field of the Image3D API credential.',
		);
	});

	it('always gives a sentence, and never the key', () => {
		const text = fc.oneof(
			fc.string(),
			fc.constantFrom(WEB_KEY, `key ${WEB_KEY}`, 'TOKEN_EXPIRED', 'valueOf', 'API key not valid'),
		);
		const error = fc.oneof(
			text,
			fc.record(
				{ message: fc.oneof(text, fc.jsonValue()), details: fc.array(fc.record({ reason: text })) },
				{ requiredKeys: [] },
			),
			fc.jsonValue(),
		);
		fc.assert(
			fc.property(fc.integer({ min: 100, max: 599 }), error, (status, problem) => {
				const sentence = describeFirebaseError(status, { error: problem });
				return typeof sentence === 'string' && /\.$/.test(sentence) && !sentence.includes('AIza');
			}),
			{ numRuns: 500 },
		);
	});
});
