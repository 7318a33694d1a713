import { readBalance } from '../../../nodes/shared/core/api/fetchBalance';
import { MAX_READ_TRIES, READ_TIMEOUT_MS } from '../../../nodes/shared/core/limits';
import { failureIn, valueOf } from '../../../harness/simulation/outcomes';
import { CANCELLED_REPLY, HTML_PAGE, REFUSED, RESET, answer } from '../../../harness/simulation/replies';
import { type ScriptedReply, ScriptedService } from '../../../harness/simulation/scriptedService';
import { VirtualClock } from '../../../harness/simulation/virtualClock';

const BALANCE = answer(200, { balance: 42, unit: 'credits' });

async function read(script: ScriptedReply[] | ScriptedReply, budgetMs = 600_000, signal?: AbortSignal) {
	const clock = new VirtualClock();
	const service = new ScriptedService(clock, script);
	const outcome = await clock.run(readBalance(service, budgetMs, signal));
	return { outcome, service, clock };
}

describe('readBalance', () => {
	it('asks once and keeps every field', async () => {
		const { outcome, service } = await read([BALANCE]);
		expect(valueOf(outcome)).toEqual({ amount: 42, fields: { balance: 42, unit: 'credits' } });
		expect(service.asked).toMatchObject([
			{ method: 'GET', path: '/api/balance', timeoutMs: READ_TIMEOUT_MS },
		]);
	});

	it.each([
		[0, 0],
		[-2, -2],
		['17', 17],
		[' 1.5 ', 1.5],
		['', undefined],
		['many', undefined],
		[null, undefined],
		[undefined, undefined],
		[[5], undefined],
		[true, undefined],
	])('reads the balance %j as %j', async (balance, expected) => {
		const { outcome } = await read([answer(200, { balance })]);
		expect(valueOf(outcome).amount).toBe(expected);
	});

	it.each<[string, ScriptedReply]>([
		['a 500', answer(500)],
		['a 502', answer(502)],
		['a 429', answer(429)],
		['a web page', answer(200, HTML_PAGE)],
		['a reset', RESET],
		['a refused connection', REFUSED],
	])('asks again after %s', async (_what, reply) => {
		const { outcome, service } = await read([reply, reply, BALANCE]);
		expect(valueOf(outcome).amount).toBe(42);
		expect(service.gapsMs).toEqual([500, 1_000]);
	});

	it('gives up after a few tries', async () => {
		const { outcome, service, clock } = await read(answer(500));
		expect(failureIn(outcome)).toMatchObject({ kind: 'serverError', httpCode: '500' });
		expect(service.asked).toHaveLength(MAX_READ_TRIES);
		expect(clock.sleeps).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
	});

	it('waits as long as asked for, but not beyond its budget', async () => {
		const limited = answer(429, '', { 'retry-after': '30' });
		expect((await read([limited, BALANCE])).service.gapsMs).toEqual([30_500]);
		const { outcome, service } = await read([limited], 20_000);
		expect(failureIn(outcome).kind).toBe('rateLimited');
		expect(service.asked).toHaveLength(1);
	});

	it.each([
		[401, 'unauthorized'],
		[402, 'paymentRequired'],
		[404, 'notFound'],
		[302, 'unreadable'],
	])('reports a %i at once', async (status, kind) => {
		const { outcome, service } = await read([answer(status)]);
		expect(failureIn(outcome)).toMatchObject({ kind, httpCode: String(status) });
		expect(service.asked).toHaveLength(1);
	});

	it('does not ask again once it is cancelled', async () => {
		expect((await read([CANCELLED_REPLY])).service.asked).toHaveLength(1);
		expect((await read([answer(500)], 600_000, AbortSignal.abort())).service.asked).toHaveLength(1);
	});
});
