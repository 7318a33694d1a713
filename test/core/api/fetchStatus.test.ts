import { MAX_READ_TRIES, READ_TIMEOUT_MS } from '../../../nodes/shared/core/limits';
import { fetchStatusWithRetry } from '../../../nodes/shared/core/api/fetchStatus';
import { failureIn, valueOf } from '../../../harness/simulation/outcomes';
import { CANCELLED_REPLY, HTML_PAGE, REFUSED, RESET, answer } from '../../../harness/simulation/replies';
import { type ScriptedReply, ScriptedService } from '../../../harness/simulation/scriptedService';
import { VirtualClock } from '../../../harness/simulation/virtualClock';

const status = (fields: Record<string, unknown>) => answer(200, { task_id: 't-1', ...fields });
const RUNNING = status({ status: 'processing' });
const DONE = status({ status: 'success', progress: 100, model_url: 'https://cdn.test/m.glb' });

async function ask(
	script: ScriptedReply[] | ScriptedReply,
	deadlineMs = Infinity,
	signal?: AbortSignal,
	mayLag?: boolean,
) {
	const clock = new VirtualClock();
	const service = new ScriptedService(clock, script);
	return {
		...(await clock.run(fetchStatusWithRetry('t-1', service, signal, deadlineMs, mayLag))),
		service,
		clock,
	};
}

describe('fetchStatusWithRetry', () => {
	it('asks once', async () => {
		const { outcome, checks, service } = await ask([RUNNING]);
		expect(valueOf(outcome)).toMatchObject({ taskId: 't-1', status: 'processing' });
		expect(checks).toBe(1);
		expect(service.asked).toMatchObject([
			{ method: 'GET', path: '/api/status/t-1', timeoutMs: READ_TIMEOUT_MS },
		]);
	});

	it('puts the id in where the answer leaves it out', async () => {
		const { outcome } = await ask([answer(200, { status: 'processing' })]);
		expect(valueOf(outcome).taskId).toBe('t-1');
	});

	it.each<[string, ScriptedReply]>([
		['a 500', answer(500)],
		['a 502', answer(502)],
		['a 429', answer(429)],
		['a web page', answer(200, HTML_PAGE)],
		['malformed JSON', answer(200, '{"status": "proc')],
		['a problem with HTTP 200', answer(200, { error: 'database is locked' })],
		['no success with HTTP 200', answer(200, { success: false })],
		['a reset', RESET],
		['a refused connection', REFUSED],
	])('asks again after %s, with growing back-off', async (_what, reply) => {
		const { outcome, checks, service } = await ask([reply, reply, reply, DONE]);
		expect(valueOf(outcome).status).toBe('success');
		expect(checks).toBe(4);
		expect(service.retries).toBe(3);
		expect(service.gapsMs).toEqual([500, 1_000, 2_000]);
	});

	it('gives up after a few tries in a row, with the task id', async () => {
		const { outcome, checks, service } = await ask(answer(500));
		expect(failureIn(outcome)).toMatchObject({ kind: 'serverError', httpCode: '500', taskId: 't-1' });
		expect(failureIn(outcome).hint).toMatch(/Task t-1 is paid for: Image3D Status/);
		expect(checks).toBe(MAX_READ_TRIES);
		expect(service.asked).toHaveLength(MAX_READ_TRIES);
	});

	it('waits as long as a 429 asks for', async () => {
		const limited = answer(429, '', { 'retry-after': '12' });
		expect((await ask([limited, DONE])).service.gapsMs).toEqual([12_500]);
	});

	it.each([
		['beyond the deadline', '12', 10_000],
		['of a day, where there is no deadline', '86400', Infinity],
	])('does not wait for a Retry-After %s', async (_what, retryAfter, budgetMs) => {
		const limited = answer(429, '', { 'retry-after': retryAfter });
		const { outcome, checks, clock } = await ask([limited], new VirtualClock().now() + budgetMs);
		expect(failureIn(outcome)).toMatchObject({ kind: 'rateLimited', taskId: 't-1' });
		expect(checks).toBe(1);
		expect(clock.sleeps).toEqual([]);
	});

	it('names the task that the service does not know, and asks once', async () => {
		const { outcome, service } = await ask([answer(404)]);
		expect(failureIn(outcome)).toMatchObject({
			kind: 'notFound',
			message: 'Image3D does not know task t-1',
			taskId: 't-1',
			httpCode: '404',
		});
		expect(failureIn(outcome).hint).not.toContain('is paid for');
		expect(service.asked).toHaveLength(1);
	});

	it('asks once more about a task that was accepted a moment ago', async () => {
		const lagging = await ask([answer(404), DONE], Infinity, undefined, true);
		expect(valueOf(lagging.outcome).status).toBe('success');
		expect(lagging.service.gapsMs).toEqual([2_000]);
		const gone = await ask([answer(404), answer(404)], Infinity, undefined, true);
		expect(failureIn(gone.outcome)).toMatchObject({ kind: 'notFound', taskId: 't-1' });
		expect(gone.checks).toBe(2);
	});

	it("gives the service's reason where it reports a problem with HTTP 200", async () => {
		const { outcome } = await ask(answer(200, { success: false, message: 'Region moved' }));
		expect(failureIn(outcome)).toMatchObject({
			message: 'Image3D could not say how task t-1 is: Region moved',
			taskId: 't-1',
		});
	});

	it.each([401, 402, 403, 400])('reports a %i at once, with the task id', async (code) => {
		const { outcome, service } = await ask([answer(code)]);
		expect(failureIn(outcome)).toMatchObject({ httpCode: String(code), taskId: 't-1' });
		expect(service.asked).toHaveLength(1);
	});

	it('does not ask when it is cancelled before', async () => {
		const { outcome, checks, service } = await ask([], Infinity, AbortSignal.abort());
		expect(failureIn(outcome)).toMatchObject({ kind: 'cancelled', taskId: 't-1' });
		expect(checks).toBe(0);
		expect(service.asked).toEqual([]);
	});

	it('says which task goes on when the question itself was cancelled', async () => {
		const { outcome } = await ask([CANCELLED_REPLY]);
		expect(failureIn(outcome)).toMatchObject({ kind: 'cancelled', taskId: 't-1' });
	});
});
