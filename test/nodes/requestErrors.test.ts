/** What a rejected request says about how far it came, error by error; whole ways are in network.test.ts. */
import { readRequestError } from '../../nodes/shared/n8n/http/requestErrors';

const failed = (fields: object, message = 'failed') => Object.assign(new Error(message), fields);

/** As n8n hands an error on: its own around axios' around the network's. */
const wrapped = (fields: object, message?: string) => {
	const cause = failed(fields, message);
	const axios = failed({ code: (fields as { code?: string }).code, cause }, message);
	return failed({ name: 'NodeApiError', cause: axios });
};

describe('readRequestError', () => {
	it.each(['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN', 'ETIMEDOUT', 'ECONNRESET'])(
		'takes %s for "never arrived" only where it came of connecting',
		(code) => {
			expect(readRequestError(wrapped({ code, syscall: 'connect' }), false)).toMatchObject({
				reached: 'never',
			});
			expect(readRequestError(wrapped({ code, syscall: 'read' }), false)).toMatchObject({ reached: 'maybe' });
			expect(readRequestError(wrapped({ code, syscall: 'write' }), false)).toMatchObject({
				reached: 'maybe',
			});
			expect(readRequestError(wrapped({ code }), false)).toMatchObject({ reached: 'maybe' });
		},
	);

	it('takes a host none of whose addresses could be connected to for "never arrived"', () => {
		const refused = { code: 'ECONNREFUSED', syscall: 'connect' };
		const unreachable = { code: 'ENETUNREACH', syscall: 'connect' };
		const all = { code: 'ETIMEDOUT', errors: [failed(refused), failed(unreachable)] };
		expect(readRequestError(wrapped(all), false)).toMatchObject({ reached: 'never' });
		const some = {
			code: 'ETIMEDOUT',
			errors: [failed(refused), failed({ code: 'EPIPE', syscall: 'write' })],
		};
		expect(readRequestError(wrapped(some), false)).toMatchObject({ reached: 'maybe' });
	});

	it.each([
		['CERT_HAS_EXPIRED', /expired.*clock/],
		['CERT_NOT_YET_VALID', /not valid yet.*clock/],
		['ERR_TLS_CERT_ALTNAME_INVALID', /another host name/],
		['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /not one that this n8n trusts/],
		['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /not one that this n8n trusts/],
		['SELF_SIGNED_CERT_IN_CHAIN', /not one that this n8n trusts/],
		['DEPTH_ZERO_SELF_SIGNED_CERT', /not one that this n8n trusts/],
	])('names the certificate for %s, which comes before anything is sent', (code, reason) => {
		const reply = readRequestError(wrapped({ code }), false);
		expect(reply).toMatchObject({ reached: 'never', isLasting: true, reason: expect.stringMatching(reason) });
	});

	it('does not take a TLS error on a connection that stood for one of the handshake', () => {
		const socket = { encrypted: true, secureConnecting: false, bytesWritten: 900, bytesRead: 400 };
		for (const code of ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ECONNRESET']) {
			const error = failed({ code, request: { socket, protocol: 'https:' } }, 'wrong version number');
			expect(readRequestError(error, false)).toMatchObject({ reached: 'maybe' });
		}
	});

	it.each([
		[
			'ECONNRESET',
			'Client network socket disconnected before secure TLS connection was established',
			/cut off before/,
		],
		['EPROTO', 'SSL routines:ssl3_get_record:wrong version number', /could be agreed on/],
	])('takes %s that speaks of a handshake for one, also without its socket', (code, message, reason) => {
		expect(readRequestError(wrapped({ code }, message), false)).toMatchObject({
			reached: 'never',
			reason: expect.stringMatching(reason),
		});
	});

	it('takes another fault of TLS for none of the handshake', () => {
		const reply = readRequestError(wrapped({ code: 'EPROTO' }, 'bad record mac'), false);
		expect(reply).toMatchObject({ reached: 'maybe', reason: 'the secure connection (TLS) broke off' });
	});

	it("names the certificate of a proxy as the proxy's", () => {
		const request = { socket: null, protocol: 'https:' };
		expect(readRequestError(failed({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT', request }), false)).toMatchObject({
			reached: 'never',
			reason: 'the certificate of the proxy of this n8n is not one that n8n trusts',
		});
	});

	it.each([
		['SsrfBlockedHostnameError', 'this host name', 'take it out of N8N_SSRF_BLOCKED_HOSTNAMES'],
		['SsrfBlockedIpError', 'this address', 'N8N_SSRF_ALLOWED_IP_RANGES'],
	])("says who lifts %s, n8n's own protection", (name, what, remedy) => {
		const reply = readRequestError(failed({ cause: Object.assign(new Error('blocked'), { name }) }), false);
		expect(reply).toMatchObject({
			reached: 'never',
			isLasting: true,
			reason: expect.stringContaining(`blocks ${what}`),
			remedy: expect.stringContaining(remedy),
		});
	});

	it('takes a connection that was still being made for one on which nothing was sent', () => {
		const request = { socket: { connecting: true, bytesWritten: 0 }, protocol: 'http:' };
		expect(readRequestError(failed({ code: 'ECONNABORTED', request }), false)).toMatchObject({
			reached: 'never',
		});
	});

	it('does not guess about a TLS error that does not say when it came', () => {
		const error = wrapped({ code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' });
		expect(readRequestError(error, false)).toMatchObject({
			reached: 'maybe',
			reason: 'the secure connection (TLS) broke off',
		});
	});

	it('takes an answer over plain http, which no proxy was asked to connect for, as the answer that it is', () => {
		const request = { socket: { bytesWritten: 0, bytesRead: 0 }, protocol: 'http:' };
		const response = { status: 403, headers: { 'Retry-After': '3' }, data: 'no' };
		expect(readRequestError(failed({ response, request }), false)).toEqual({
			kind: 'answer',
			status: 403,
			headers: { 'retry-after': '3' },
			body: 'no',
		});
	});
});
