import { redact } from '../../../nodes/shared/core/report/redact';

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

	it.each([
		['an API key', 'sk/live+1234=='],
		['a refresh token of another kind', '1//0gabc-DEF_123'],
		['a one-time code', 'x_Y-3DzAb0123'],
	])('hides %s that is known by value, also where it stands in a URL', (_what, secret) => {
		const text = `not ${secret}, https://a.test/?x=${encodeURIComponent(secret)}&y=1`;
		expect(redact(text, [` ${secret} `])).toBe('not [hidden], https://a.test/?x=[hidden]&y=1');
	});

	it('leaves words alone that are as short as a wrong secret', () => {
		expect(redact('a key is a key', ['', 'key', ' '])).toBe('a key is a key');
	});

	it('hides a secret that is cut off at the end of what is quoted', () => {
		const secret = 'i3d-0123456789abcdef';
		for (let start = 2_020; start <= 2_048; start++) {
			const text = redact(`${'x '.repeat(start).slice(0, start)}${secret} ${JWT}`, [secret]);
			expect(text).not.toMatch(/i3d|eyJh/);
		}
	});

	it.each(['\ud800', 'a\ud800bcdefghi'])('takes half a character for a secret (%j)', (secret) => {
		expect(redact(`x ${secret} y`, [secret])).not.toContain('bcdefghi');
	});

	it('is one line, without control characters or marks that turn it', () => {
		expect(redact('no\r\n[ERROR] n8n\u2028x\u0000\u001b[31m\u202egnp.exe')).toBe(
			'no [ERROR] n8n x [31m gnp.exe',
		);
	});

	it('quotes 2 KB, without half a character at its end', () => {
		expect(redact('x'.repeat(200_000))).toHaveLength(2_048);
		expect(redact(`${'x'.repeat(2_047)}\u{1f600}`)).toBe('x'.repeat(2_047));
	});

	it('is no longer over a long text than over a short one', () => {
		const before = process.cpuUsage();
		for (const piece of ['eyJ-', 'eyJa.', 'Bearer ', '?key=', '&x-amz-', 'AIza', 'Bearer\u200b']) {
			redact(piece.repeat(50_000), ['i3d-0123456789abcdef']);
		}
		const { user } = process.cpuUsage(before);
		expect(user / 1_000).toBeLessThan(500);
	});
});
