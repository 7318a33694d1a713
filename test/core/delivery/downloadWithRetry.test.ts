import { type Refresh, deliver } from '../../../nodes/shared/core/delivery/downloadWithRetry';
import { type Failure, type Outcome, aboutTask, fail, succeed } from '../../../nodes/shared/core/failure';
import { MAX_DOWNLOAD_TRIES } from '../../../nodes/shared/core/delivery/downloadWithRetry';
import { type Task, parseTask } from '../../../nodes/shared/core/api/task';
import { failureIn, valueOf } from '../../../harness/simulation/outcomes';
import { VirtualClock } from '../../../harness/simulation/virtualClock';

const linked = (model_url?: string): Task =>
	valueOf(parseTask({ task_id: 't-1', status: 'success', model_url }));
const broken = (change: Partial<Failure> = {}): Outcome<string> =>
	fail({ kind: 'download', message: 'It broke off', hint: 'Run again.', retryable: true, ...change });
const refused = (httpCode: string) => broken({ httpCode, retryable: false });

async function run(
	downloads: Array<Outcome<string>> | Outcome<string>,
	refreshes: Array<Outcome<Task>> = [],
	{ link, cancel }: { link?: string; cancel?: AbortController } = { link: 'https://cdn.test/1' },
) {
	const clock = new VirtualClock();
	const tried: string[] = [];
	const download = async (url: string) => {
		tried.push(url);
		return Array.isArray(downloads) ? downloads[tried.length - 1] : downloads;
	};
	let refreshed = 0;
	const refresh: Refresh = async () => refreshes[refreshed++];
	const outcome = await clock.run(
		deliver(linked(link), download, refresh, clock, { signal: cancel?.signal }),
	);
	return { outcome, tried, clock, refreshed };
}

describe('deliver', () => {
	it('downloads once when all goes well', async () => {
		const { outcome, tried, clock } = await run([succeed('glb')]);
		expect(valueOf(outcome)).toBe('glb');
		expect(tried).toEqual(['https://cdn.test/1']);
		expect(clock.sleeps).toEqual([]);
	});

	it('tries again what breaks off or comes cut short, from the same link, with growing back-off', async () => {
		const { outcome, tried, clock, refreshed } = await run([broken(), broken(), succeed('glb')]);
		expect(valueOf(outcome)).toBe('glb');
		expect(tried).toEqual(Array(3).fill('https://cdn.test/1'));
		expect(clock.sleeps).toEqual([500, 1_000]);
		expect(refreshed).toBe(0);
	});

	it.each(['403', '404', '410'])('asks for a fresh link after a %s', async (httpCode) => {
		const { outcome, tried, refreshed } = await run(
			[refused(httpCode), succeed('glb')],
			[succeed(linked('https://cdn.test/2'))],
		);
		expect(valueOf(outcome)).toBe('glb');
		expect(tried).toEqual(['https://cdn.test/1', 'https://cdn.test/2']);
		expect(refreshed).toBe(1);
	});

	it.each(['400', '401', '416'])('gives up at a %s', async (httpCode) => {
		const { outcome, tried } = await run([refused(httpCode)]);
		expect(failureIn(outcome)).toMatchObject({ httpCode, taskId: 't-1', modelUrl: 'https://cdn.test/1' });
		expect(tried).toHaveLength(1);
	});

	it('gives up after a few tries, with the task id and the link', async () => {
		const { outcome, tried, clock } = await run(broken());
		const failure = failureIn(outcome);
		expect(failure).toMatchObject({ kind: 'download', taskId: 't-1', modelUrl: 'https://cdn.test/1' });
		expect(failure.hint).toMatch(/Task t-1 is paid for: Image3D Status/);
		expect(tried).toHaveLength(MAX_DOWNLOAD_TRIES);
		expect(clock.sleeps).toEqual([500, 1_000, 2_000]);
	});

	it('gives up after a few fresh links, with the last one', async () => {
		const fresh = [2, 3, 4].map((count) => succeed(linked(`https://cdn.test/${count}`)));
		const { outcome, tried, refreshed } = await run(refused('403'), fresh);
		expect(failureIn(outcome)).toMatchObject({ httpCode: '403', modelUrl: 'https://cdn.test/4' });
		expect(tried).toHaveLength(MAX_DOWNLOAD_TRIES);
		expect(refreshed).toBe(MAX_DOWNLOAD_TRIES - 1);
	});

	it('does not try again what cannot get better', async () => {
		const { outcome, tried } = await run([broken({ retryable: false, message: 'larger than the 5 MB' })]);
		expect(failureIn(outcome)).toMatchObject({ message: 'larger than the 5 MB', taskId: 't-1' });
		expect(tried).toHaveLength(1);
	});

	it('tries what takes minutes to fail half as often', async () => {
		const { outcome, tried } = await run(broken({ isSlow: true }));
		expect(failureIn(outcome).hint).toMatch(/Image3D Status can fetch its model later/);
		expect(tried).toHaveLength(MAX_DOWNLOAD_TRIES / 2);
	});

	it('says that a file of another format was paid for, and not that Status can fetch a model', async () => {
		const { outcome } = await run(broken({ retryable: false, isFinal: true }));
		expect(failureIn(outcome).hint).toMatch(/Task t-1 is paid for\.$/);
	});

	it('waits as long as the host asks for', async () => {
		const { clock } = await run([broken({ retryAfterMs: 9_000 }), succeed('glb')]);
		expect(clock.sleeps).toEqual([9_500]);
	});

	it('does not wait for a day because the host asks for it', async () => {
		const { outcome, tried, clock } = await run(broken({ httpCode: '503', retryAfterMs: 86_400_000 }));
		expect(failureIn(outcome)).toMatchObject({ httpCode: '503', taskId: 't-1' });
		expect(tried).toHaveLength(1);
		expect(clock.sleeps).toEqual([]);
	});

	it('asks for the link of a finished task that came without one', async () => {
		const refreshes = [succeed(linked()), succeed(linked('https://cdn.test/2'))];
		const { outcome, tried, clock } = await run([succeed('glb')], refreshes, { link: undefined });
		expect(valueOf(outcome)).toBe('glb');
		expect(tried).toEqual(['https://cdn.test/2']);
		expect(clock.sleeps).toEqual([500, 1_000]);
	});

	it('says so when there still is no link after a few questions', async () => {
		const refreshes = Array.from({ length: MAX_DOWNLOAD_TRIES }, () => succeed(linked()));
		const { outcome, tried, refreshed } = await run([], refreshes, { link: undefined });
		expect(failureIn(outcome)).toMatchObject({ kind: 'download', taskId: 't-1', retryable: true });
		expect(failureIn(outcome).message).toMatch(/no link/);
		expect(failureIn(outcome).modelUrl).toBeUndefined();
		expect(tried).toEqual([]);
		expect(refreshed).toBe(MAX_DOWNLOAD_TRIES - 1);
	});

	it('keeps the last link that was tried when no fresh one can be had', async () => {
		const down = aboutTask(
			{ kind: 'serverError', message: 'm', hint: 'h', retryable: true, httpCode: '500' },
			't-1',
		);
		for (const fresh of [fail(down), succeed(linked())]) {
			const { outcome, tried } = await run([refused('403')], [fresh, fresh, fresh]);
			expect(failureIn(outcome)).toMatchObject({ taskId: 't-1', modelUrl: 'https://cdn.test/1' });
			expect(tried).toEqual(['https://cdn.test/1']);
		}
	});

	it('does not try again once it is cancelled', async () => {
		const cancel = new AbortController();
		cancel.abort();
		const { outcome, tried } = await run([broken({ kind: 'cancelled' })], [], {
			link: 'https://cdn.test/1',
			cancel,
		});
		expect(failureIn(outcome)).toMatchObject({ kind: 'cancelled', taskId: 't-1' });
		expect(tried).toHaveLength(1);
	});

	it('does not wait when it is cancelled between two tries', async () => {
		const clock = new VirtualClock();
		const cancel = new AbortController();
		const startMs = clock.now();
		let tried = 0;
		clock.after(100, () => cancel.abort());
		const download = async () => {
			tried++;
			return broken();
		};
		const refresh = async () => succeed(linked('https://cdn.test/2'));
		const outcome = await clock.run(
			deliver(linked('https://cdn.test/1'), download, refresh, clock, { signal: cancel.signal }),
		);
		expect(failureIn(outcome)).toMatchObject({ taskId: 't-1', modelUrl: 'https://cdn.test/1' });
		expect(clock.now() - startMs).toBe(100);
		expect(tried).toBeLessThanOrEqual(2);
	});
});
