import * as fc from '../../../harness/fuzz';
import { DurationMemory } from '../../../nodes/shared/core/polling/durationMemory';

/** A node that has seen tasks of about this duration. */
function teach(memory: DurationMemory, nodeKey: string, durationMs: number, count = 10): void {
	const durations = memory.of(nodeKey);
	for (let seen = 0; seen < count; seen++)
		durations.learn('pro', { durationMs: durationMs + seen, wasSteady: true });
}

describe('DurationMemory', () => {
	it('keeps what a node has learned from one of its runs to the next', () => {
		const memory = new DurationMemory();
		teach(memory, 'a/1', 15_000, 5);
		expect(memory.of('a/1').spanOf('pro')).toBeUndefined();
		teach(memory, 'a/1', 15_000, 5);
		const { earliestMs, latestMs } = memory.of('a/1').spanOf('pro')!;
		expect([earliestMs < 15_000, latestMs > 15_000]).toEqual([true, true]);
	});

	it('tells one node from another, and one quality from another', () => {
		const memory = new DurationMemory();
		teach(memory, 'a/1', 15_000);
		teach(memory, 'a/2', 60_000);
		expect(memory.of('a/1').spanOf('pro')!.latestMs).toBeLessThan(20_000);
		expect(memory.of('a/2').spanOf('pro')!.earliestMs).toBeGreaterThan(50_000);
		expect(memory.of('b/1').spanOf('pro')).toBeUndefined();
		expect(memory.of('a/1').spanOf('fast')).toBeUndefined();
	});

	it('forgets the node that learned longest ago, once there are too many', () => {
		const memory = new DurationMemory();
		for (let node = 0; node < 200; node++) teach(memory, `a/${node}`, 15_000);
		teach(memory, 'a/0', 15_000, 1);
		teach(memory, 'a/200', 15_000);
		expect(memory.of('a/0').spanOf('pro')).toBeDefined();
		expect(memory.of('a/1').spanOf('pro')).toBeUndefined();
		expect(memory.of('a/200').spanOf('pro')).toBeDefined();
	});

	it('takes no more memory for a node, whatever qualities it is asked for and however long it runs', () => {
		const kept = new Map<string, unknown>();
		const memory = new DurationMemory(kept as never);
		const anyName = fc.oneof(
			fc.string({ maxLength: 200 }),
			fc.constantFrom('pro', '__proto__', 'constructor'),
		);
		fc.assert(
			fc.property(anyName, fc.double(), fc.boolean(), (quality, durationMs, wasSteady) => {
				memory.of('a/1').learn(quality, { durationMs, wasSteady });
				const span = memory.of('a/1').spanOf(quality);
				expect(span === undefined || span.earliestMs > 0).toBe(true);
				expect(JSON.stringify([...kept]).length).toBeLessThan(8_000);
			}),
			{ numRuns: 2_000 },
		);
		expect([...kept.keys()]).toEqual(['a/1']);
	});
});
