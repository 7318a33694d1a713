import {
	API_PATHS,
	DEFAULT_BASE_URL,
	TIERS,
	apiUrl,
	statusPath,
	tierOf,
} from '../../../nodes/shared/core/api/endpoints';

describe('apiUrl', () => {
	it.each([
		['https://image3d.io', 'https://image3d.io/api/balance'],
		['https://image3d.io/', 'https://image3d.io/api/balance'],
		[' https://image3d.io// ', 'https://image3d.io/api/balance'],
		['http://127.0.0.1:4010', 'http://127.0.0.1:4010/api/balance'],
		['https://proxy.test/image3d/', 'https://proxy.test/image3d/api/balance'],
		['', `${DEFAULT_BASE_URL}/api/balance`],
		['  ', `${DEFAULT_BASE_URL}/api/balance`],
	])('joins "%s" and a path', (baseUrl, expected) => {
		expect(apiUrl(baseUrl, API_PATHS.balance)).toBe(expected);
	});
});

describe('statusPath', () => {
	it.each([
		['t-1', '/api/status/t-1'],
		['a/../balance', '/api/status/a%2F..%2Fbalance'],
		['a?b#c', '/api/status/a%3Fb%23c'],
	])('keeps the id "%s" inside one path segment', (taskId, expected) => {
		expect(statusPath(taskId)).toBe(expected);
	});
});

describe('tierOf', () => {
	it.each(Object.entries(TIERS))('knows %s', (quality, tier) => {
		expect(tierOf(quality)).toBe(tier);
	});

	it.each([undefined, '', 'proplus', 'Pro', 'toString', '__proto__', 'constructor'])(
		'does not know %s',
		(quality) => {
			expect(tierOf(quality)).toBeUndefined();
		},
	);
});
