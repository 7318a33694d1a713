/** The memory of paid models over a table that fails at any moment, or that somebody else writes into: what is paid for stays known. */
import {
	Executions,
	type RequestEnd,
	type Wishes,
	fingerprint,
	unending,
} from '../../../harness/simulation/executions';
import { seededRandom } from '../../../harness/simulation/seededRandom';
import type { Failure } from '../../../nodes/shared/core/failure';
import { parseRow, shortened } from '../../../nodes/shared/core/purchase/memory/memoryRow';
import type { MemoryTable } from '../../../nodes/shared/core/purchase/memory/memoryTable';

const BROKEN: Failure = { kind: 'unreachable', message: 'no answer', hint: '', retryable: true };
const ENDS: readonly RequestEnd[] = ['model', 'withdrawn', 'refused', 'uncertain', 'failed'];
const HOUR_MS = 3_600_000;

/** The table with answers that get lost and questions that do not arrive: a `share` of the calls, each in one of both ways. */
function unreliable(table: MemoryTable, random: () => number, share: number): MemoryTable {
	const mayFail =
		<A extends unknown[], T>(call: (...about: A) => Promise<T>) =>
		async (...about: A): Promise<T> => {
			const die = random();
			if (die >= share) return await call(...about);
			const mayBeDone = die < share / 2;
			if (mayBeDone) await call(...about);
			return { ok: false, failure: BROKEN, mayBeDone } as T;
		};
	return {
		...table,
		readRowsWith: mayFail(table.readRowsWith),
		insertRows: mayFail(table.insertRows),
		updateRows: mayFail(table.updateRows),
		updateRowsWith: mayFail(table.updateRowsWith),
	};
}

/** It stands in the table, or was told of. */
const isKnown = (executions: Executions, taskId: string) =>
	rowsOf(executions).some((row) => row.taskId === taskId) || executions.told.join().includes(`${taskId} `);

const rowsOf = ({ table }: Executions) => table.rows.flatMap((row) => parseRow(row) ?? []);

describe('a table of which any call may fail', () => {
	it('loses no model: each that is paid for stands in it, or is told of', async () => {
		const seen = new Set<string>();
		for (let seed = 1; seed <= 300; seed++) {
			const random = seededRandom(seed);
			const executions = new Executions(random);
			const { clock, table, charges, told } = executions;
			const start = async (wishes: Wishes = {}) =>
				await executions.start(['a', 'a', 'b'], {
					delayMs: random() * 2_000,
					endOf: () => ENDS[Math.floor(random() * ENDS.length)],
					table: unreliable(table.portFor(unending()), random, 0.25),
					...wishes,
				});
			const submitsAgain = seed % 3 === 0;
			const first = await clock.run(Promise.all([start(), start({ submitsAgain })]));
			const models = charges.filter(({ end }) => end === 'model' || end === 'withdrawn');
			const lost = models.filter(({ taskId }) => !isKnown(executions, taskId));
			expect({ seed, lost }).toEqual({ seed, lost: [] });
			// What is forgotten, or made again, has to be known no longer; what takes its place has.
			const before = charges.length;
			const isForgotten = () => random() < 0.3;
			const later = await clock.run(
				Promise.all([start({ makesAgain: true }), start({ isForgotten, submitsAgain })]),
			);
			const last = charges.slice(before).filter(({ end, name }) => name === 'b' && end === 'model');
			if (last.length === 1)
				expect({ seed, isKnown: isKnown(executions, last[0].taskId) }).toEqual({ seed, isKnown: true });
			for (const each of [...first, ...later].flat()) seen.add(each.replace(/\d+/g, 'n'));
			expect(told.filter((text) => /undefined|NaN/.test(text))).toEqual([]);
		}
		expect([...seen]).toEqual(
			expect.arrayContaining(['failed', 'no answer', 'refused', 'task-n', 'uncertain']),
		);
	}, 60_000);
});

describe('a row that somebody deletes', () => {
	const leave = (executions: Executions) =>
		executions.table.leave({
			fingerprint: shortened(fingerprint('a')),
			state: 'sending',
			execution_id: '77',
		});

	it('while another execution waits for its task frees that one to pay for its own', async () => {
		const executions = new Executions(() => 0.5);
		const { clock, table, charges } = executions;
		leave(executions);
		clock.after(10_000, () => table.remove(1));
		expect(await clock.run(executions.start(['a']))).toEqual(['task-1']);
		expect(charges).toHaveLength(1);
		expect(clock.now()).toBeGreaterThan(10_000);
	});

	it('while its request is on its way is added again with the task', async () => {
		const executions = new Executions(() => 0.5);
		const { clock, table } = executions;
		const endOf = () => {
			table.remove(1);
			return 'model' as const;
		};
		expect(await clock.run(executions.start(['a'], { endOf }))).toEqual(['task-1']);
		expect(rowsOf(executions)).toMatchObject([{ id: 2, taskId: 'task-1', state: 'delivered' }]);
		expect(await clock.run(executions.start(['a']))).toEqual(['task-1']);
	});

	it('while its request is on its way is told of where none can be added either', async () => {
		const executions = new Executions(() => 0.5);
		const { clock, table, told } = executions;
		const port = table.portFor(unending());
		let isBroken = false;
		const endOf = () => {
			table.remove(1);
			isBroken = true;
			return 'model' as const;
		};
		const insertRows: MemoryTable['insertRows'] = async (rows) =>
			isBroken ? { ok: false, failure: BROKEN, mayBeDone: false } : await port.insertRows(rows);
		const bought = executions.start(['a'], { endOf, table: { ...port, insertRows } });
		expect(await clock.run(bought)).toEqual(['task-1']);
		expect(told.at(-1)).toContain('Paid for and not noted in the Data Table: task-1 (no answer)');
	});
});

it('an execution that is canceled while it waits for another one pays for nothing, and leaves no row behind', async () => {
	const executions = new Executions(() => 0.5);
	const { clock, table, charges } = executions;
	table.leave({ fingerprint: shortened(fingerprint('a')), state: 'sending', execution_id: '77' });
	const cancel = new AbortController();
	clock.after(20_000, () => cancel.abort());
	const [told] = await clock.run(executions.start(['a'], { canceled: cancel.signal }));
	expect(told).toMatch(/cancel/i);
	expect(charges).toEqual([]);
	await clock.run(clock.sleep(HOUR_MS));
	expect(rowsOf(executions).map(({ state }) => state)).toEqual(['sending', 'failed']);
});

describe('a row that somebody has typed, with nothing but its task', () => {
	it('of a task that is gone stays as it is where the new request is refused', async () => {
		const executions = new Executions(() => 0.5);
		const typed = { fingerprint: shortened(fingerprint('a')), state: 'delivered', task_id: 'old-1' };
		executions.table.leave(typed);
		const wishes = { isForgotten: () => true, endOf: () => 'refused' as const };
		expect(await executions.clock.run(executions.start(['a'], wishes))).toEqual(['refused']);
		const [row] = executions.table.rows;
		expect(row).toMatchObject({ ...typed, submitted_at: null, execution_id: null });
	});

	it('or without one is told of as of an earlier execution', async () => {
		const executions = new Executions(() => 0.5);
		executions.table.leave({ fingerprint: shortened(fingerprint('a')), state: 'uncertain' });
		const [told] = await executions.clock.run(executions.start(['a']));
		expect(told).toMatch(/^An earlier execution sent this generation and never learned whether/);
	});
});
