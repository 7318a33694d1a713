import type { Session } from '../../../nodes/shared/core/auth/firebase';
import { type Origin, Sessions } from '../../../nodes/shared/core/auth/session';
import { VirtualClock } from '../../../harness/simulation/virtualClock';
import { makeToken } from '../../../harness/simulation/madeUpTokens';

const HOUR_MS = 3_600_000;

/** A sign-in service that takes a second, counts, and gives tokens of one hour. */
class Exchange {
	calls = 0;
	failsNext = 0;

	constructor(readonly clock: VirtualClock) {}

	readonly run = async (): Promise<Session> => {
		const count = ++this.calls;
		await this.clock.sleep(1_000);
		if (this.failsNext > 0) {
			this.failsNext--;
			throw new Error(`exchange ${count} failed`);
		}
		const issuedMs = this.clock.now();
		const claims = { n: count, iat: issuedMs / 1000, exp: (issuedMs + HOUR_MS) / 1000 };
		return { idToken: makeToken(claims), refreshToken: `refresh-${count}` };
	};
}

/** Where a session comes from, with this refresh token or code. */
const from = (secret: string, change: Partial<Origin> = {}): Origin => ({
	secret,
	email: '',
	apiKey: 'web-key',
	emulatorRoot: '',
	...change,
});

function setUp() {
	const clock = new VirtualClock();
	const exchange = new Exchange(clock);
	return { clock, exchange, sessions: new Sessions(() => clock.now()) };
}

describe('Sessions', () => {
	it('makes one exchange for fifty callers with the same expired token', async () => {
		const { clock, exchange, sessions } = setUp();
		const callers = Array.from({ length: 50 }, () => sessions.renew(from('r'), 'old', exchange.run));
		const won = await clock.run(Promise.all(callers));
		expect(exchange.calls).toBe(1);
		expect(new Set(won.map(({ idToken }) => idToken)).size).toBe(1);
		expect(won[0].refreshToken).toBe('refresh-1');
	});

	it('gives a latecomer with the same old token what was won, without an exchange', async () => {
		const { clock, exchange, sessions } = setUp();
		const first = await clock.run(sessions.renew(from('r'), 'old', exchange.run));
		await clock.run(clock.sleep(30 * 60_000));
		expect(await clock.run(sessions.renew(from('r'), 'old', exchange.run))).toBe(first);
		expect(exchange.calls).toBe(1);
	});

	it('keeps accounts and generations of tokens apart', async () => {
		const { clock, exchange, sessions } = setUp();
		const keys = [
			['r', 'old'],
			['r', 'older'],
			['s', 'old'],
			['r', ''],
		];
		await clock.run(
			Promise.all(keys.map(([secret, old]) => sessions.renew(from(secret), old, exchange.run))),
		);
		expect(exchange.calls).toBe(4);
	});

	it.each<[string, Partial<Origin>]>([
		['email address', { email: 'other@b.test' }],
		['key', { apiKey: 'other-key' }],
		['emulator', { emulatorRoot: 'http://127.0.0.1:9099' }],
	])('keeps what a link won from a credential with another %s', async (_what, change) => {
		const { clock, exchange, sessions } = setUp();
		const link = from('code', { email: 'a@b.test' });
		await clock.run(sessions.renew(link, '', exchange.run));
		const other = { ...link, ...change };
		expect(await sessions.recall(other)).toBeUndefined();
		await clock.run(sessions.renew(other, '', exchange.run));
		expect(exchange.calls).toBe(2);
		expect((await sessions.recall(link))?.refreshToken).toBe('refresh-1');
	});

	it('renews what it remembers once when that is dying, for fifty callers too', async () => {
		const { clock, exchange, sessions } = setUp();
		await clock.run(sessions.renew(from('r'), 'old', exchange.run));
		await clock.run(clock.sleep(56 * 60_000));
		const callers = Array.from({ length: 50 }, () => sessions.renew(from('r'), 'old', exchange.run));
		const won = await clock.run(Promise.all(callers));
		expect(exchange.calls).toBe(2);
		expect(new Set(won.map(({ refreshToken }) => refreshToken))).toEqual(new Set(['refresh-2']));
	});

	it('tells all who wait that the exchange failed, and tries anew for the next', async () => {
		const { clock, exchange, sessions } = setUp();
		exchange.failsNext = 1;
		const callers = Array.from({ length: 5 }, () => sessions.renew(from('r'), 'old', exchange.run));
		const results = await clock.run(Promise.allSettled(callers));
		expect(results.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
		expect(exchange.calls).toBe(1);
		const session = await clock.run(sessions.renew(from('r'), 'old', exchange.run));
		expect(session.refreshToken).toBe('refresh-2');
		expect(exchange.calls).toBe(2);
	});

	it('recalls the session that a link brought, also a month later', async () => {
		const { clock, exchange, sessions } = setUp();
		expect(await sessions.recall(from('code'))).toBeUndefined();
		await clock.run(sessions.renew(from('code'), '', exchange.run));
		await clock.run(clock.sleep(30 * 24 * HOUR_MS));
		expect((await sessions.recall(from('code')))?.refreshToken).toBe('refresh-1');
	});

	it('waits for a link that is being used, and recalls nothing of one that failed', async () => {
		const { clock, exchange, sessions } = setUp();
		const using = sessions.renew(from('code'), '', exchange.run);
		expect((await clock.run(sessions.recall(from('code'))))?.refreshToken).toBe('refresh-1');
		await using;
		exchange.failsNext = 1;
		const failing = sessions.renew(from('other'), '', exchange.run);
		const recalled = sessions.recall(from('other'));
		await expect(clock.run(failing)).rejects.toThrow('exchange 2 failed');
		expect(await recalled).toBeUndefined();
		expect(await sessions.recall(from('other'))).toBeUndefined();
	});

	it('recalls the rotated session that was kept for a link', async () => {
		const { clock, exchange, sessions } = setUp();
		await clock.run(sessions.renew(from('code'), '', exchange.run));
		const rotated = { idToken: 'id', refreshToken: 'rotated' };
		sessions.keep(from('code'), rotated);
		expect(await sessions.recall(from('code'))).toEqual(rotated);
	});

	it('does not grow without bound: the oldest is forgotten', async () => {
		const { clock, exchange, sessions } = setUp();
		for (let count = 0; count <= 200; count++) {
			await clock.run(sessions.renew(from(`r-${count}`), 'old', exchange.run));
		}
		expect(exchange.calls).toBe(201);
		await clock.run(sessions.renew(from('r-200'), 'old', exchange.run));
		await clock.run(sessions.renew(from('r-1'), 'old', exchange.run));
		expect(exchange.calls).toBe(201);
		await clock.run(sessions.renew(from('r-0'), 'old', exchange.run));
		expect(exchange.calls).toBe(202);
	});
});
