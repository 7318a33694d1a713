import {
	type BalanceMemory,
	type CursorState,
	crossesThreshold,
	keyOf,
	markDone,
	pendingIds,
} from '../../../nodes/shared/core/polling/cursor';
import { MAX_REMEMBERED_TASKS } from '../../../nodes/shared/core/polling/cursor';

describe('pendingIds', () => {
	it('gives every id of a first poll, in their order', () => {
		expect(pendingIds({}, ['b', 'a', 'c'])).toEqual(['b', 'a', 'c']);
	});

	it('gives equal ids once', () => {
		expect(pendingIds({}, ['a', 'b', 'a', 'a'])).toEqual(['a', 'b']);
	});

	it('gives nothing for an empty list', () => {
		expect(pendingIds({ done: ['a'] }, [])).toEqual([]);
	});

	it('leaves out what was handed over, however often it is listed', () => {
		expect(pendingIds({ done: ['a'] }, ['a', 'b', 'a'])).toEqual(['b']);
	});
});

describe('markDone', () => {
	it('replaces the state and leaves the old one alone', () => {
		const before: CursorState = { done: ['a'], low: true };
		const after = markDone(before, ['b'], ['a', 'b']);
		expect(after).toEqual({ done: ['a', 'b'], low: true });
		expect(before).toEqual({ done: ['a'], low: true });
		expect(after.done).not.toBe(before.done);
	});

	it('gives the same poll nothing to hand over after a restart from stored state', () => {
		const listed = ['a', 'b', 'c'];
		const stored = JSON.parse(JSON.stringify(markDone({}, ['a', 'c'], listed))) as CursorState;
		expect(pendingIds(stored, listed)).toEqual(['b']);
		expect(pendingIds(markDone(stored, ['b'], listed), listed)).toEqual([]);
	});

	it('notes an id once, also when it was noted before', () => {
		expect(markDone({ done: ['a', 'b'] }, ['a'], ['a', 'b']).done).toEqual(['b', 'a']);
	});

	it('forgets ids that are no longer listed, and everything with an empty list', () => {
		expect(markDone({ done: ['a', 'b'] }, [], ['b']).done).toEqual(['b']);
		expect(markDone({ done: ['a', 'b'] }, [], []).done).toEqual([]);
	});

	it('hands an id over again that was taken off the list and put back', () => {
		const without = markDone({ done: ['a'] }, [], []);
		expect(pendingIds(without, ['a'])).toEqual(['a']);
	});

	it('never remembers more than the limit, and forgets the oldest first', () => {
		const listed = Array.from({ length: MAX_REMEMBERED_TASKS + 5 }, (_, index) => `t-${index}`);
		const full = markDone({}, listed.slice(0, MAX_REMEMBERED_TASKS), listed);
		const after = markDone(full, listed.slice(MAX_REMEMBERED_TASKS), listed);
		expect(after.done).toHaveLength(MAX_REMEMBERED_TASKS);
		expect(after.done![0]).toBe('t-5');
		expect(after.done!.at(-1)).toBe(listed.at(-1));
	});
});

describe('the rows of a table', () => {
	const rows = (...places: Array<[string, number]>) => places.map(([taskId, row]) => keyOf(taskId, row));

	it('are told apart where they hold the same task', () => {
		const state = markDone({}, rows(['a', 1], ['a', 2]), rows(['a', 1], ['a', 2], ['b', 3]));
		expect(pendingIds(state, rows(['a', 1], ['a', 2], ['b', 3], ['a', 4]))).toEqual(rows(['b', 3], ['a', 4]));
	});

	it('are covered by a task that was handed over without them, and from then on told apart', () => {
		const listed = rows(['a', 1], ['a', 2], ['b', 3]);
		const state: CursorState = { done: ['a'] };
		expect(pendingIds(state, listed)).toEqual(rows(['b', 3]));
		const after = markDone(state, rows(['b', 3]), listed);
		expect(after.done).toEqual(listed);
		expect(pendingIds(after, [...listed, keyOf('a', 4)])).toEqual(rows(['a', 4]));
	});

	it('cover their task in a list', () => {
		const state: CursorState = { done: rows(['a', 1]) };
		expect(pendingIds(state, ['a', 'b'])).toEqual(['b']);
		expect(markDone(state, ['b'], ['a', 'b']).done).toEqual([...rows(['a', 1]), 'b']);
	});

	it('are forgotten with their row, not with their task', () => {
		const state: CursorState = { done: rows(['a', 1], ['a', 2]) };
		expect(markDone(state, [], rows(['a', 2])).done).toEqual(rows(['a', 2]));
	});
});

describe('crossesThreshold', () => {
	it('reports the fall once, and again after it was above', () => {
		let state: CursorState = { done: ['a'] };
		const emitted = [12, 10, 9.9, 3, 0, 10, 9, 11, 2].map((balance) => {
			const result = crossesThreshold(state, balance, 10);
			({ state } = result);
			return result.emits;
		});
		expect(emitted).toEqual([false, false, true, false, false, false, true, false, true]);
		expect(state).toEqual({ done: ['a'], low: true, lowBalance: 2 });
	});

	it('reports a balance that is low at the first look', () => {
		expect(crossesThreshold({}, 1, 10)).toEqual({ emits: true, state: { low: true, lowBalance: 1 } });
	});

	it('reports again after it was above, though nobody has stored that', () => {
		const stored: CursorState = { low: true, lowBalance: 8 };
		const memory: BalanceMemory = {};
		const looks = [7, 7, 100, 6].map((balance) => crossesThreshold(stored, balance, 10, memory).emits);
		expect(looks).toEqual([false, false, false, true]);
	});

	it('takes a balance above the one that was reported for credits bought before anything was seen', () => {
		const stored: CursorState = { low: true, lowBalance: 8 };
		expect(crossesThreshold(stored, 9, 10, {}).emits).toBe(true);
		expect(crossesThreshold(stored, 8, 10, {}).emits).toBe(false);
		// What an earlier version stored says nothing about it.
		expect(crossesThreshold({ low: true }, 9, 10, {}).emits).toBe(false);
	});

	it('does not take a few credits that come back while it watches for the way above', () => {
		const memory: BalanceMemory = {};
		const { state } = crossesThreshold({}, 3, 10, memory);
		expect(crossesThreshold(state, 5, 10, memory).emits).toBe(false);
	});

	it('replaces the state and leaves the old one alone', () => {
		const before: CursorState = { low: false };
		expect(crossesThreshold(before, 1, 10).state).not.toBe(before);
		expect(before).toEqual({ low: false });
	});
});
