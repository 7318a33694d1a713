import { redact } from '../../nodes/shared/core/redact';

// Made up for this test; put together so that no secret scanner takes them for real ones.
const JWT = ['eyJhbGciOiJSUzI1NiJ9', 'eyJzdWIiOiJ1c2VyIn0', 'c2lnbmF0dXJl-_'].join('.');
const WEB_KEY = `AIza${'SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q'}`;

describe('redact', () => {
	it.each([
		['a JSON web token', `token ${JWT} refused`, 'token [token] refused'],
		['an unsigned token, as the emulator makes', 'x eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0. y', 'x [token] y'],
		['a Google web key', `key ${WEB_KEY} is not valid`, 'key [key] is not valid'],
		[
			'a bearer value',
			'Authorization: Bearer sk-live-123 was sent',
			'Authorization: Bearer [token] was sent',
		],
		['a bearer value in lower case', 'authorization: bearer abc', 'authorization: bearer [token]'],
		['several in one text', `${JWT} and ${WEB_KEY}`, '[token] and [key]'],
	])('takes out %s', (_what, text, expected) => {
		expect(redact(text)).toBe(expected);
	});

	it.each([
		'key',
		'apiKey',
		'token',
		'oobCode',
		'signature',
		'Signature',
		'sig',
		'X-Amz-Signature',
		'X-Amz-Credential',
		'X-Goog-Signature',
		'X-Goog-Credential',
		'refresh_token',
		'id_token',
	])('hides the value of the query parameter %s, first or later, and keeps the rest', (name) => {
		expect(redact(`GET https://a.test/p?${name}=s3cr3t&b=2 failed`)).toBe(
			`GET https://a.test/p?${name}=[hidden]&b=2 failed`,
		);
		expect(redact(`"https://a.test/p?b=2&${name}=s3cr3t"`)).toBe(`"https://a.test/p?b=2&${name}=[hidden]"`);
	});

	it('leaves an ordinary sentence as it is', () => {
		const text = 'The picture shows more than one object (keyboard, token ring). Task t-1 was charged?';
		expect(redact(text)).toBe(text);
	});
});
