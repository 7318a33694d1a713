/** Drawing from a seed: the same seed draws the same things in the same order. */
import { seededRandom } from '../simulation/seededRandom';

export class Draw {
	/** A number from [0, 1). */
	readonly next: () => number;

	constructor(seed: number) {
		this.next = seededRandom(seed);
	}

	chance(share: number): boolean {
		return this.next() < share;
	}

	/** A whole number, both ends included. */
	whole(from: number, to: number): number {
		return from + Math.floor(this.next() * (to - from + 1));
	}

	/** A whole number whose magnitude is evenly spread: as many around 10 as around 1,000. */
	spread(from: number, to: number): number {
		return Math.round(from * (to / from) ** this.next());
	}

	of<T>(things: readonly T[]): T {
		return things[this.whole(0, things.length - 1)];
	}

	/** One of the things, as often as its weight says. */
	weighted<T>(things: ReadonlyArray<readonly [weight: number, thing: T]>): T {
		const total = things.reduce((sum, [weight]) => sum + weight, 0);
		let left = this.next() * total;
		for (const [weight, thing] of things) {
			left -= weight;
			if (left < 0) return thing;
		}
		return things[things.length - 1][1];
	}
}
