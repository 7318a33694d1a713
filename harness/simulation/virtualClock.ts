/** Time that passes only when nothing is left to do: hours in milliseconds, the same every run. */
import type { Clock } from '../../nodes/shared/core/concurrency/clock';

interface Timer {
	atMs: number;
	wake: () => void;
}

export class VirtualClock implements Clock {
	/** Every sleep that was asked for, in order, milliseconds. */
	readonly sleeps: number[] = [];
	private readonly timers: Timer[] = [];

	constructor(
		private nowMs = 1_700_000_000_000,
		readonly random: () => number = () => 0.5,
	) {}

	now(): number {
		return this.nowMs;
	}

	sleep(ms: number, signal?: AbortSignal): Promise<void> {
		this.sleeps.push(ms);
		if (signal?.aborted) return Promise.resolve();
		return new Promise((resolve) => {
			const timer: Timer = { atMs: this.nowMs + ms, wake: resolve };
			this.timers.push(timer);
			signal?.addEventListener('abort', () => this.drop(timer), { once: true });
		});
	}

	/** Calls `act` once `ms` have passed. */
	after(ms: number, act: () => void): void {
		this.timers.push({ atMs: this.nowMs + ms, wake: act });
	}

	/** Lets time pass until the work is done. Rejects when the work waits for something that can never come. */
	async run<T>(work: Promise<T>): Promise<T> {
		let isSettled = false;
		const settle = () => {
			isSettled = true;
		};
		work.then(settle, settle);
		for (;;) {
			await settleMicrotasks();
			if (isSettled) return await work;
			const next = this.takeNext();
			if (next === undefined) throw new Error('The work waits, but no timer is left that could wake it');
			this.nowMs = Math.max(this.nowMs, next.atMs);
			next.wake();
		}
	}

	/** How many sleeps have neither ended nor been aborted. */
	get pending(): number {
		return this.timers.length;
	}

	/** The earliest timer; among equal ones the one that was set first. */
	private takeNext(): Timer | undefined {
		if (this.timers.length === 0) return undefined;
		const next = this.timers.reduce((first, timer) => (timer.atMs < first.atMs ? timer : first));
		this.timers.splice(this.timers.indexOf(next), 1);
		return next;
	}

	private drop(timer: Timer): void {
		const index = this.timers.indexOf(timer);
		if (index < 0) return;
		this.timers.splice(index, 1);
		timer.wake();
	}
}

/** Resolves when every promise that could settle by itself has settled. */
export async function settleMicrotasks(): Promise<void> {
	await new Promise((resolve) => setImmediate(resolve));
}
