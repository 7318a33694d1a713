import * as fc from '../../../harness/fuzz';
import { AdaptiveLimiter } from '../../../nodes/shared/core/concurrency/adaptiveLimiter';
import { submitOnce } from '../../../nodes/shared/core/purchase/submitOnce';
import { valueOf } from '../../../harness/simulation/outcomes';
import { answer } from '../../../harness/simulation/replies';
import { ScriptedService } from '../../../harness/simulation/scriptedService';
import { seededRandom } from '../../../harness/simulation/seededRandom';
import { VirtualClock, settleMicrotasks } from '../../../harness/simulation/virtualClock';

const never = new Promise<void>(() => {});

/** Tasks that hold a slot until they are let go, and say when they were let in. */
class Holders {
	readonly started: string[] = [];
	private readonly doors = new Map<string, () => void>();

	constructor(readonly window: AdaptiveLimiter) {}

	enter(...names: string[]): void {
		for (const name of names) {
			const door = new Promise<void>((resolve) => this.doors.set(name, resolve));
			void this.window.hold(async () => {
				this.started.push(name);
				await door;
			});
		}
	}

	async leave(name: string): Promise<void> {
		this.doors.get(name)!();
		await settleMicrotasks();
	}
}

describe('AdaptiveLimiter', () => {
	it('lets as many in as its size, and the others in the order of asking', async () => {
		const holders = new Holders(new AdaptiveLimiter(2));
		holders.enter('a', 'b', 'c', 'd');
		await settleMicrotasks();
		expect(holders.started).toEqual(['a', 'b']);
		await holders.leave('b');
		expect(holders.started).toEqual(['a', 'b', 'c']);
		await holders.leave('a');
		expect(holders.started).toEqual(['a', 'b', 'c', 'd']);
	});

	it('does not let a latecomer overtake', async () => {
		const holders = new Holders(new AdaptiveLimiter(1));
		holders.enter('a', 'b');
		await settleMicrotasks();
		const leaving = holders.leave('a');
		holders.enter('c');
		await leaving;
		await holders.leave('b');
		expect(holders.started).toEqual(['a', 'b', 'c']);
	});

	it('hands on what the work gives, and frees the slot of work that fails', async () => {
		const window = new AdaptiveLimiter(1);
		await expect(window.hold(async () => await Promise.reject(new Error('broken')))).rejects.toThrow(
			'broken',
		);
		expect(await window.hold(async () => 'done')).toBe('done');
	});

	it('lets fewer in after a refusal', async () => {
		const holders = new Holders(new AdaptiveLimiter(3));
		holders.enter('a', 'b');
		const yielded = holders.window.hold(async () => {
			await holders.window.yieldSlot(never);
			holders.started.push('refused, again');
			await never;
		});
		await settleMicrotasks();
		// The refused one stands in front of the newcomer, and three at a time are one too many.
		holders.enter('c');
		await settleMicrotasks();
		expect(holders.started).toEqual(['a', 'b']);
		await holders.leave('a');
		expect(holders.started).toEqual(['a', 'b', 'refused, again']);
		await holders.leave('b');
		expect(holders.started).toEqual(['a', 'b', 'refused, again', 'c']);
		void yielded;
	});

	it('lets the refused one go on after its wait, when no slot has come free', async () => {
		const clock = new VirtualClock(0);
		const window = new AdaptiveLimiter(1);
		const work = window.hold(async () => {
			await window.yieldSlot(clock.sleep(5_000));
			return clock.now();
		});
		expect(await clock.run(work)).toBe(5_000);
		expect(await clock.run(window.hold(async () => 'next'))).toBe('next');
	});

	it('does not let a newcomer overtake whoever was refused', async () => {
		const clock = new VirtualClock(0);
		const window = new AdaptiveLimiter(1);
		const order: string[] = [];
		const refused = window.hold(async () => {
			await window.yieldSlot(clock.sleep(5_000));
			order.push('refused');
		});
		const newcomer = window.hold(async () => void order.push('newcomer'));
		await clock.run(Promise.all([refused, newcomer]));
		expect(order).toEqual(['refused', 'newcomer']);
	});

	it('forgets a slot that comes free after the wait is over', async () => {
		const clock = new VirtualClock(0);
		const window = new AdaptiveLimiter(2);
		const ended: string[] = [];
		const refused = window.hold(async () => {
			await window.yieldSlot(clock.sleep(10));
			await clock.sleep(100);
			ended.push('refused');
		});
		const other = window.hold(async () => {
			await clock.sleep(50);
			ended.push('other');
		});
		const third = window.hold(async () => void ended.push('third'));
		await clock.run(Promise.all([refused, other, third]));
		expect(ended).toEqual(['other', 'refused', 'third']);
	});

	it('lets a refused task go no sooner than the service has named, though a slot comes free, and nobody before it', async () => {
		const clock = new VirtualClock(0);
		const window = new AdaptiveLimiter(2);
		const events: string[] = [];
		const note = (what: string) => void events.push(`${what} ${clock.now()}`);
		const refused = window.hold(async () => {
			await window.yieldSlotFor(clock.sleep(5_000));
			note('refused goes');
		});
		const other = window.hold(async () => {
			await clock.sleep(50);
			note('other ends');
		});
		const third = window.hold(async () => note('third goes'));
		await clock.run(Promise.all([refused, other, third]));
		expect(events).toEqual(['other ends 50', 'refused goes 5000', 'third goes 5000']);
	});

	it('grows back by one after a full window of accepted tasks, up to its size', async () => {
		const window = new AdaptiveLimiter(3);
		const refused = window.hold(async () => {
			await window.yieldSlot(Promise.resolve());
		});
		const holders = new Holders(window);
		await refused;
		holders.enter('a', 'b', 'c', 'd');
		await settleMicrotasks();
		expect(holders.started).toEqual(['a']);
		window.grow();
		await settleMicrotasks();
		expect(holders.started).toEqual(['a', 'b']);
		window.grow();
		await settleMicrotasks();
		expect(holders.started).toEqual(['a', 'b']);
		window.grow();
		await settleMicrotasks();
		expect(holders.started).toEqual(['a', 'b', 'c']);
		for (let count = 0; count < 20; count++) window.grow();
		await settleMicrotasks();
		expect(holders.started).toEqual(['a', 'b', 'c']);
	});

	it('never holds more than its size, starts in order and lets everybody end, whatever the service refuses', async () => {
		const task = fc.record({
			workMs: fc.integer({ min: 0, max: 50 }),
			waitMs: fc.integer({ min: 0, max: 80 }),
			isNamed: fc.boolean(),
		});
		const tasks = fc.array(task, { minLength: 1, maxLength: 25 });
		const size = fc.integer({ min: 1, max: 6 });
		const caps = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 5 });
		await fc.assert(
			fc.asyncProperty(tasks, size, caps, async (list, windowSize, capList) => {
				const clock = new VirtualClock(0);
				const window = new AdaptiveLimiter(windowSize);
				const started: number[] = [];
				let [held, running, ended] = [0, 0, 0];
				/** The service's own cap, which changes over time. */
				const cap = () => capList[Math.floor(clock.now() / 40) % capList.length];
				const work = async ({ workMs, waitMs, isNamed }: (typeof list)[number], index: number) => {
					await window.hold(async () => {
						started.push(index);
						expect(++held).toBeLessThanOrEqual(windowSize);
						while (running >= cap()) {
							held--;
							const wait = clock.sleep(waitMs + 1);
							await (isNamed ? window.yieldSlotFor(wait) : window.yieldSlot(wait));
							expect(++held).toBeLessThanOrEqual(windowSize);
						}
						running++;
						window.grow();
						await clock.sleep(workMs);
						running--;
						held--;
					});
					ended++;
				};
				await clock.run(Promise.all(list.map(work)));
				expect(ended).toBe(list.length);
				expect(started).toEqual(list.map((_, index) => index));
				expect([held, running]).toEqual([0, 0]);
			}),
		);
	});

	it.each([
		// What it asks for at the end of each wave of five is lost, and nothing besides.
		['its time', 5, 3 * 6_000],
		['no time', undefined, 0],
	])(
		'keeps a service that takes five at once and names %s busy: twenty jobs within 5 %% of the ideal time',
		async (_what, retryAfter, lostMs) => {
			const JOB_MS = 30_000;
			for (const [concurrency, seed] of [
				[5, 1],
				[8, 2],
				[20, 3],
			]) {
				const clock = new VirtualClock(0, seededRandom(seed));
				const window = new AdaptiveLimiter(concurrency);
				const endings: number[] = [];
				const service = new ScriptedService(
					clock,
					() => {
						if (endings.filter((atMs) => atMs > clock.now()).length >= 5) {
							return answer(429, '', retryAfter === undefined ? {} : { 'retry-after': `${retryAfter}` });
						}
						endings.push(clock.now() + JOB_MS);
						return answer(200, { task_id: `t-${endings.length}` });
					},
					50,
				);
				const generate = async () =>
					await window.hold(async () => {
						const outcome = await submitOnce(service.send, clock, {
							body: {},
							idempotencyKey: 'k',
							budgetMs: 600_000,
							onRateLimited: async (waitMs, isNamed) =>
								await (isNamed
									? window.yieldSlotFor(clock.sleep(waitMs))
									: window.yieldSlot(clock.sleep(waitMs))),
						});
						valueOf(outcome);
						window.grow();
						await clock.sleep(JOB_MS);
					});
				await clock.run(Promise.all(Array.from({ length: 20 }, generate)));
				expect(endings).toHaveLength(20);
				expect(clock.now()).toBeLessThanOrEqual(1.05 * 4 * JOB_MS + lostMs);
				expect(service.asked.length).toBeLessThanOrEqual(200);
			}
		},
	);
});
