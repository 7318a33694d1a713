import { MAX_SUBMIT_TRIES, SUBMIT_TIMEOUT_MS } from '../../../nodes/shared/core/purchase/submitOnce';
import { type SubmitOptions, submitOnce } from '../../../nodes/shared/core/purchase/submitOnce';
import { failureIn, valueOf } from '../../../harness/simulation/outcomes';
import { CANCELLED_REPLY, HTML_PAGE, REFUSED, RESET, answer } from '../../../harness/simulation/replies';
import { type ScriptedReply, ScriptedService } from '../../../harness/simulation/scriptedService';
import { VirtualClock } from '../../../harness/simulation/virtualClock';

const ACCEPTED = answer(200, { task_id: 't-1', status: 'queued', provider: 'hunyuan' });
const TIMED_OUT = { kind: 'noAnswer', reached: 'maybe', reason: 'no answer within 120 seconds' } as const;

async function submit(script: ScriptedReply[] | ScriptedReply, change: Partial<SubmitOptions> = {}) {
	const clock = new VirtualClock();
	const service = new ScriptedService(clock, script);
	const startMs = clock.now();
	const options = { body: { mode: 'text' }, idempotencyKey: 'key-1', budgetMs: 600_000, ...change };
	const outcome = await clock.run(submitOnce(service.send, clock, options));
	return { outcome, service, clock, spentMs: clock.now() - startMs };
}

describe('submitOnce', () => {
	it('sends one request and reads the task', async () => {
		const { outcome, service, clock } = await submit([ACCEPTED]);
		expect(valueOf(outcome)).toMatchObject({ taskId: 't-1', status: 'queued' });
		expect(service.asked).toEqual([
			{
				method: 'POST',
				path: '/api/generate',
				body: { mode: 'text' },
				headers: { 'Idempotency-Key': 'key-1' },
				timeoutMs: SUBMIT_TIMEOUT_MS,
				atMs: clock.now(),
			},
		]);
		expect(clock.sleeps).toEqual([]);
	});

	it('never loses the id of an accepted task, whatever its status is called', async () => {
		const body = { task_id: 't-1', status: 'pending', provider: 'x' };
		const { outcome, service } = await submit([answer(202, body)]);
		expect(valueOf(outcome)).toMatchObject({ taskId: 't-1', status: 'queued', fields: body });
		expect(service.asked).toHaveLength(1);
	});

	it('sends the same key with every try', async () => {
		const { service } = await submit([answer(429), answer(500), REFUSED, ACCEPTED]);
		expect(service.asked.map(({ headers }) => headers!['Idempotency-Key'])).toEqual(Array(4).fill('key-1'));
	});

	it.each<[string, ScriptedReply, RegExp]>([
		['a 502', answer(502, HTML_PAGE), /HTTP 502/],
		['a 503 that names no time', answer(503, HTML_PAGE), /HTTP 503/],
		['a 504', answer(504), /HTTP 504/],
		['a 520 of a proxy', answer(520), /HTTP 520/],
		['a 408', answer(408), /HTTP 408/],
		['a 409', answer(409), /HTTP 409/],
		['a 406, for an answer that was not wanted', answer(406), /HTTP 406/],
		['a 424 of a gateway', answer(424), /HTTP 424/],
		['a 460 of a load balancer', answer(460), /HTTP 460/],
		['a 499 of a proxy', answer(499), /HTTP 499/],
		['a redirect (301)', answer(301), /HTTP 301/],
		['a redirect (302)', answer(302), /HTTP 302/],
		['a redirect (303)', answer(303), /HTTP 303/],
		['a redirect (307)', answer(307), /HTTP 307/],
		['a redirect (308)', answer(308), /HTTP 308/],
		['a 500 with a web page, which the service does not send', answer(500, HTML_PAGE), /HTTP 500/],
		['a 503 of a cache that names a time', answer(503, HTML_PAGE, { 'retry-after': '5' }), /HTTP 503/],
		['a reset after sending', RESET, /closed unexpectedly/],
		['a timeout', TIMED_OUT, /within 120 seconds/],
		[
			'a 200 without an id',
			answer(200, { status: 'queued', ref: 9 }),
			/no task ID: {"status":"queued","ref":9}$/,
		],
		['a 200 with an error', answer(200, { error: 'No credits left' }), /no task ID: No credits left$/],
		['a 200 with no success', answer(200, { success: false, message: 'Busy' }), /no task ID: Busy$/],
		['a 201 with the id in a text', answer(201, '"task t-77 queued"'), /JSON.*"task t-77 queued"$/],
		['a 200 with an empty id', answer(200, { task_id: '' }), /no task ID/],
		['a 200 with a web page', answer(200, HTML_PAGE), /a web page where JSON/],
		['a 200 with nothing', answer(200), /an empty page where JSON/],
		['a 200 cut short', answer(200, '{"task_id": "t'), /unreadable data where JSON/],
		['a 204', answer(204), /HTTP 204/],
		['a cancel while it was sent', { ...RESET, cancelled: true }, /canceled while it was being sent/],
	])('does not repeat %s: it may have been charged', async (_what, reply, reason) => {
		const { outcome, service, clock } = await submit([reply]);
		const failure = failureIn(outcome);
		expect(failure).toMatchObject({ kind: 'uncertain', retryable: false });
		expect(failure.message).toMatch(/^It is not known whether Image3D accepted this generation: /);
		expect(failure.message).toMatch(reason);
		expect(failure.hint).toMatch(/may have been charged.*Image3D Balance.*Submit Again/);
		expect(service.asked).toHaveLength(1);
		expect(clock.sleeps).toEqual([]);
	});

	it('names the Base URL where a redirect leaves it open whether it was charged', async () => {
		const { hint } = failureIn((await submit([answer(308)])).outcome);
		expect(hint).toMatch(/Check the Base URL/);
		expect(hint).not.toMatch(/not charged|nothing was charged/i);
	});

	it('shows no secret of what the network said about an uncertain submit', async () => {
		const { outcome } = await submit([{ ...RESET, reason: 'reset: https://a.test/?key=s3cr3t' }]);
		expect(failureIn(outcome).message).not.toContain('s3cr3t');
	});

	it('quotes an accepted answer without secrets, on one line and not without end', async () => {
		const body = { link: 'https://a.test/m?token=s3cr3t', note: `a\r\nb${'x'.repeat(5_000)}` };
		const { message } = failureIn((await submit([answer(200, body)])).outcome);
		expect(message).not.toMatch(/s3cr3t|\n|\r/);
		expect(message.length).toBeLessThan(450);
		const raw = failureIn((await submit([answer(200, 'a\nb \u0000 c')])).outcome).message;
		expect(raw).toMatch(/: a b {3}c$/);
	});

	it.each([{ task_id: 4711 }, { taskId: '4711' }, { id: '4711' }, { data: { task_id: 4711 } }])(
		'takes the id from %j',
		async (body) => {
			expect(valueOf((await submit([answer(200, body)])).outcome).taskId).toBe('4711');
		},
	);

	it.each([
		[400, 'badRequest'],
		[401, 'unauthorized'],
		[402, 'paymentRequired'],
		[403, 'unauthorized'],
		[404, 'notFound'],
		[405, 'badRequest'],
		[413, 'badRequest'],
		[431, 'badRequest'],
	])('reports a %i at once, and that nothing was charged', async (status, kind) => {
		const { outcome, service } = await submit([answer(status, { error: 'because' })]);
		const failure = failureIn(outcome);
		expect(failure).toMatchObject({ kind, httpCode: String(status) });
		expect(failure.hint).toMatch(/nothing was charged|not charged/i);
		expect(service.asked).toHaveLength(1);
	});

	it.each([
		['a 500', answer(500), 'serverError'],
		['a refused connection', REFUSED, 'unreachable'],
	] as const)('repeats %s a few times with growing back-off, then reports it', async (_what, reply, kind) => {
		const onRetry = jest.fn();
		const { outcome, service, clock } = await submit(reply, { onRetry });
		const failure = failureIn(outcome);
		expect(failure).toMatchObject({ kind, retryable: true });
		expect(failure.hint).toMatch(/No task was started, so nothing was charged/);
		expect(service.asked).toHaveLength(MAX_SUBMIT_TRIES);
		// Half of 1, 2, 4 and 8 seconds: the clock's chance is always one half.
		expect(clock.sleeps).toEqual([500, 1_000, 2_000, 4_000]);
		expect(service.gapsMs).toEqual(clock.sleeps);
		expect(onRetry).toHaveBeenCalledTimes(MAX_SUBMIT_TRIES - 1);
	});

	it.each([
		['a 500', answer(500)],
		['a refused connection', REFUSED],
	])('accepts the task that follows %s', async (_what, reply) => {
		const { outcome, service } = await submit([reply, reply, ACCEPTED]);
		expect(valueOf(outcome).taskId).toBe('t-1');
		expect(service.gapsMs).toEqual([500, 1_000]);
	});

	it('honors the Retry-After of a 503', async () => {
		const { service } = await submit([answer(503, '', { 'retry-after': '20' }), ACCEPTED]);
		expect(service.gapsMs).toEqual([20_500]);
	});

	it.each([
		['seconds', () => '7'],
		['a date', (nowMs: number) => new Date(nowMs + 7_000).toUTCString()],
	])('waits out a 429 whose Retry-After is %s', async (_form, toHeader) => {
		const clock = new VirtualClock();
		const limited = answer(429, '', { 'retry-after': toHeader(clock.now()) });
		const { outcome, service } = await submit([limited, ACCEPTED]);
		expect(valueOf(outcome).taskId).toBe('t-1');
		expect(service.gapsMs).toEqual([7_500]);
	});

	it('backs off from 429s without Retry-After, more often than from 500s, until the budget is used up', async () => {
		const { outcome, service, clock, spentMs } = await submit(answer(429), { budgetMs: 120_000 });
		expect(failureIn(outcome)).toMatchObject({ kind: 'rateLimited', httpCode: '429', retryable: true });
		expect(clock.sleeps.slice(0, 7)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
		expect(service.asked.length).toBeGreaterThan(MAX_SUBMIT_TRIES);
		expect(spentMs).toBeGreaterThan(100_000);
		expect(spentMs).toBeLessThanOrEqual(120_000);
	});

	it('does not count 429s as tries of what a 500 is allowed', async () => {
		const script = [answer(500), answer(429), answer(429), answer(500), answer(429), answer(500), ACCEPTED];
		const { outcome } = await submit(script);
		expect(valueOf(outcome).taskId).toBe('t-1');
	});

	it.each([
		['beyond the budget', '30', 20_000],
		['beyond ten minutes', '601', 3_600_000],
		['beyond all bounds', '9'.repeat(400), 3_600_000],
	])('does not wait for a Retry-After %s', async (_what, retryAfter, budgetMs) => {
		const limited = answer(429, '', { 'retry-after': retryAfter });
		const { outcome, service, clock } = await submit([limited], { budgetMs });
		expect(failureIn(outcome)).toMatchObject({ kind: 'rateLimited' });
		expect(service.asked).toHaveLength(1);
		expect(clock.sleeps).toEqual([]);
	});

	it('lets another go first on a 429, and does not sleep besides', async () => {
		const waits: number[] = [];
		const onRateLimited = async (waitMs: number) => {
			waits.push(waitMs);
		};
		const limited = answer(429, '', { 'retry-after': '7' });
		const { outcome, service, clock } = await submit([limited, answer(500), limited, ACCEPTED], {
			onRateLimited,
		});
		expect(valueOf(outcome).taskId).toBe('t-1');
		expect(waits).toEqual([7_500, 7_500]);
		expect(clock.sleeps).toEqual([500]);
		expect(service.asked).toHaveLength(4);
	});

	it('sends nothing when it is cancelled before', async () => {
		const { outcome, service } = await submit([], { signal: AbortSignal.abort() });
		expect(failureIn(outcome).kind).toBe('cancelled');
		expect(service.asked).toEqual([]);
	});

	it('ends the wait and sends nothing more when it is cancelled', async () => {
		const clock = new VirtualClock();
		const cancel = new AbortController();
		const service = new ScriptedService(clock, [answer(429, '', { 'retry-after': '60' })]);
		const startMs = clock.now();
		clock.after(1_234, () => cancel.abort());
		const outcome = await clock.run(
			submitOnce(service.send, clock, {
				body: {},
				idempotencyKey: 'k',
				budgetMs: 600_000,
				signal: cancel.signal,
			}),
		);
		expect(failureIn(outcome).kind).toBe('cancelled');
		expect(service.asked).toHaveLength(1);
		expect(clock.now() - startMs).toBe(1_234);
	});

	it('knows that a request that was cancelled before it left was not charged', async () => {
		const { outcome } = await submit([CANCELLED_REPLY]);
		expect(failureIn(outcome)).toMatchObject({ kind: 'cancelled' });
		expect(failureIn(outcome).hint).toMatch(/nothing was charged/);
	});

	it('tries again while the sign-in service is down: nothing was sent', async () => {
		const signInProblem = 'The sign-in service has a problem at the moment.';
		const { outcome, service } = await submit([{ ...REFUSED, signInProblem, mayPass: true }, ACCEPTED]);
		expect(valueOf(outcome).taskId).toBe('t-1');
		expect(service.asked).toHaveLength(2);
	});

	it('reports a sign-in that failed at once', async () => {
		const signInProblem = 'The Image3D sign-in has expired.';
		const { outcome, service } = await submit([{ ...REFUSED, signInProblem }]);
		expect(failureIn(outcome)).toMatchObject({ kind: 'unauthorized', message: signInProblem });
		expect(service.asked).toHaveLength(1);
	});
});
