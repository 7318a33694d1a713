/**
 * Why a connection failed, in words: what Node.js, n8n or a proxy said comes in; the reason, what helps, and whether
 * waiting can help come out.
 */

/** Why there was no answer, for the user. */
export interface ConnectionProblem {
	/** Completes "Image3D could not be reached: …". */
	reason: string;
	/** What the user can do about it, where more is known than "check the address". */
	remedy?: string;
	/** The same again brings the same, until somebody has changed something. */
	isLasting?: true;
}

/** Where in the making of a connection it failed. */
export type Stage = 'proxy' | 'secureConnection' | 'other';

const IN_WORDS: Record<string, string> = {
	ECONNREFUSED: 'the connection was refused',
	ENOTFOUND: 'the host name is not known',
	EAI_AGAIN: 'the host name could not be looked up',
	ECONNRESET: 'the connection was closed unexpectedly',
	EPIPE: 'the connection was closed unexpectedly',
	ETIMEDOUT: 'the connection timed out',
	EHOSTUNREACH: 'there is no way to its address in this network',
	ENETUNREACH: 'there is no way to its network from here',
	ECONNABORTED: 'the answer took too long',
	ERR_CANCELED: 'the request was stopped',
	ERR_INVALID_URL: 'the address is not valid',
};

/** A network error code in words. */
function inWords(code: string | undefined): string {
	if (code === undefined) return 'the request failed';
	return IN_WORDS[code] ?? `the connection failed (${code.toLowerCase().replaceAll('_', ' ')})`;
}

const READS_TRAFFIC =
	'If a proxy or virus scanner reads the encrypted traffic, give n8n its certificate with the environment variable NODE_EXTRA_CA_CERTS. Otherwise the clock of this n8n may be wrong.';

const CLOCK = 'Check the date and time of the machine that n8n runs on.';

/** What OpenSSL finds wrong with a certificate, by the words in its codes. */
const CERTIFICATE_PROBLEMS: Array<[RegExp, ConnectionProblem]> = [
	[
		/HAS_EXPIRED/,
		{
			reason: "its server's certificate has expired, or the clock of this n8n is wrong",
			remedy: CLOCK,
			isLasting: true,
		},
	],
	[
		/NOT_YET_VALID/,
		{
			reason: "its server's certificate is not valid yet: the clock of this n8n is most likely wrong",
			remedy: CLOCK,
			isLasting: true,
		},
	],
	[
		/ALTNAME_INVALID|HOSTNAME_MISMATCH/,
		{
			reason: "its server's certificate is for another host name",
			remedy: 'Check the address. A proxy or a network login page may be answering in its place.',
			isLasting: true,
		},
	],
	[
		/^(CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|ERR_TLS_CERT)/,
		{
			reason: "its server's certificate is not one that this n8n trusts",
			remedy: READS_TRAFFIC,
			isLasting: true,
		},
	],
];

/** The problem with the server's certificate that a code names; undefined for any other code. */
export function certificateProblem(code: string): ConnectionProblem | undefined {
	return CERTIFICATE_PROBLEMS.find(([pattern]) => pattern.test(code))?.[1];
}

/** Node.js's words for a server that hung up in the middle of the handshake. */
const CUT_OFF_IN_HANDSHAKE = /before secure TLS connection was established/i;

/** OpenSSL's words for a handshake that the two sides could not agree on. */
const NO_AGREEMENT =
	/wrong version number|unsupported protocol|alert protocol version|handshake failure|unrecognized name|no protocols available|inappropriate fallback|packet length too long|http request/i;

/** Whether an error that came of a TLS handshake says so by itself. */
export function isHandshakeError(code: string, message: string): boolean {
	return CUT_OFF_IN_HANDSHAKE.test(message) || (code === 'EPROTO' && NO_AGREEMENT.test(message));
}

const CUT_OFF: ConnectionProblem = {
	reason: 'the connection was cut off before it was secure (TLS)',
	remedy:
		'A proxy or firewall between this n8n and the server is the usual cause. Also check that the address and the clock of this n8n are right.',
};

const DISAGREED: ConnectionProblem = {
	reason: 'no secure connection (TLS) could be agreed on with its server',
	remedy:
		'Check that the address and its port are right, and whether a proxy or firewall answers in place of the server.',
	isLasting: true,
};

/** What a failed connection means. `code` and `message` are those of Node.js or OpenSSL. */
export function describeConnection(
	stage: Stage,
	code: string | undefined,
	message: string,
): ConnectionProblem {
	if (stage === 'proxy') return proxyUnreachable(code);
	const certificate = code === undefined ? undefined : certificateProblem(code);
	if (certificate !== undefined) return certificate;
	const isTls = code === 'EPROTO' || /^ERR_(SSL|TLS)_/.test(code ?? '');
	if (stage !== 'secureConnection') return { reason: isTls ? SECURE_CONNECTION_BROKE : inWords(code) };
	if (isTls) return DISAGREED;
	if (IN_TIME.has(code ?? '')) return { ...CUT_OFF, reason: 'no secure connection (TLS) was made in time' };
	if (code === 'ECONNRESET' || code === 'EPIPE' || CUT_OFF_IN_HANDSHAKE.test(message)) return CUT_OFF;
	return { reason: inWords(code) };
}

/** Codes of a wait that was ended from this side. */
const IN_TIME = new Set(['ECONNABORTED', 'ETIMEDOUT', 'ERR_CANCELED']);

const SECURE_CONNECTION_BROKE = 'the secure connection (TLS) broke off';

/** A proxy that is set for n8n and did not do its part. */
function proxyUnreachable(code: string | undefined): ConnectionProblem {
	const how = {
		ECONNREFUSED: 'refused the connection',
		ENOTFOUND: 'could not be found: its host name is not known',
		EAI_AGAIN: 'could not be found: its host name could not be looked up',
		EHOSTUNREACH: 'could not be reached',
		ENETUNREACH: 'could not be reached',
		ETIMEDOUT: 'did not answer in time',
		ECONNABORTED: 'did not answer in time',
		ERR_CANCELED: 'did not answer in time',
	}[code ?? ''];
	const certificate = code === undefined ? undefined : certificateProblem(code);
	return {
		reason:
			certificate === undefined
				? `the proxy of this n8n ${how ?? 'closed the connection without an answer'}`
				: 'the certificate of the proxy of this n8n is not one that n8n trusts',
		remedy:
			'Check the proxy that is set for n8n (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY), or name the host in NO_PROXY.',
	};
}

/** A proxy that answered n8n's wish for a connection (CONNECT) with a status of its own. */
export function proxyRefusal(status: number): ConnectionProblem {
	if (status === 407) {
		return {
			reason: 'the proxy of this n8n asks for a user name and password (HTTP 407)',
			remedy: 'Put them into the address of the proxy: HTTPS_PROXY=http://user:password@host:port.',
			isLasting: true,
		};
	}
	return {
		reason: `the proxy of this n8n refused to connect to it (HTTP ${status})`,
		remedy:
			'Have the proxy (HTTPS_PROXY, HTTP_PROXY) allow this host, or name the host in NO_PROXY where it can be reached without one.',
		...(status < 500 && status !== 429 ? { isLasting: true } : {}),
	};
}

/** n8n's own protection of internal addresses (N8N_SSRF_PROTECTION_ENABLED) refused the address. */
export function blockedByN8n(errorName: string): ConnectionProblem {
	const isName = errorName.includes('Hostname');
	return {
		reason: isName
			? "n8n's own protection (N8N_SSRF_PROTECTION_ENABLED) blocks this host name"
			: "n8n's own protection (N8N_SSRF_PROTECTION_ENABLED) blocks this address, because it is an internal one",
		remedy: isName
			? 'Whoever runs this n8n can take it out of N8N_SSRF_BLOCKED_HOSTNAMES or allow it with N8N_SSRF_ALLOWED_HOSTNAMES.'
			: 'Whoever runs this n8n can allow it with N8N_SSRF_ALLOWED_HOSTNAMES or N8N_SSRF_ALLOWED_IP_RANGES.',
		isLasting: true,
	};
}
