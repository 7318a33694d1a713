/** The memory of paid models over a table whose calls overlap in every order: who pays, and what is left when somebody dies. */
import { setMaxListeners } from 'node:events';
import { Executions, fingerprint, unending } from '../../../harness/simulation/executions';
import { SimulatedTable } from '../../../harness/simulation/simulatedTable';
import { seededRandom } from '../../../harness/simulation/seededRandom';
import { VirtualClock } from '../../../harness/simulation/virtualClock';
import { mapConcurrently } from '../../../nodes/shared/core/concurrency/mapConcurrently';
import { type Failure, fail, succeed } from '../../../nodes/shared/core/failure';
import { Ledger } from '../../../nodes/shared/core/purchase/ledger';
import { parseRow, shortened } from '../../../nodes/shared/core/purchase/memory/memoryRow';
import type { MemoryTable } from '../../../nodes/shared/core/purchase/memory/memoryTable';
import { PaidModels } from '../../../nodes/shared/core/purchase/memory/paidModels';
import { TableOutage } from '../../../nodes/shared/core/purchase/memory/tableOutage';

const HOUR_MS = 3_600_000;

const seeds = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const paidFor = ({ charges }: Executions, name: string) =>
	charges.filter((charge) => charge.name === name).length;

describe('executions at the same time', () => {
	it('pay once for each item between them, in every order of their calls', async () => {
		for (const seed of seeds(400)) {
			const random = seededRandom(seed);
			const executions = new Executions(random, (random() - 0.5) * HOUR_MS);
			const { clock, table, charges } = executions;
			const names = [['a'], ['a', 'b'], ['a', 'a', 'b'], ['a', 'a', 'a']][seed % 4];
			for (let left = 0; left < seed % 3; left++) {
				table.leave({ fingerprint: shortened(fingerprint('a')), state: 'failed', execution_id: '0' });
			}
			const runs = Array.from({ length: 2 + (seed % 3) }, async () =>
				executions.start(names, { delayMs: random() * 1_500 }),
			);
			const got = await clock.run(Promise.all(runs));
			const told = { seed, charges: charges.length, got: got.map((each) => [...each].sort()) };
			const tasks = charges.map(({ taskId }) => taskId).sort();
			expect(told).toEqual({ seed, charges: names.length, got: runs.map(() => tasks) });
			expect(table.rows.filter(({ state }) => state === 'sending')).toEqual([]);
		}
	}, 60_000);

	it('of which one is killed at any moment: the next run pays for nothing that may have been paid for', async () => {
		let uncertain = 0;
		for (const seed of seeds(400)) {
			const random = seededRandom(seed);
			const executions = new Executions(random, (random() - 0.5) * HOUR_MS);
			const { clock, table, charges } = executions;
			const names = [['a'], ['a', 'b'], ['a', 'a', 'b']][seed % 3];
			const kill = new AbortController();
			setMaxListeners(0, kill.signal);
			void executions.start(names, { killed: kill.signal });
			const second = seed % 2 === 0 ? executions.start(names, { delayMs: random() * 1_000 }) : undefined;
			await clock.run(clock.sleep(random() * 5_000));
			kill.abort();
			if (second !== undefined) await clock.run(second);
			await clock.run(clock.sleep(HOUR_MS));
			const got = await clock.run(executions.start(names));
			const models = got.filter((each) => each.startsWith('task-'));
			const inDoubt = got.filter((each) => each.includes('never learned whether'));
			expect({ seed, got, total: models.length + inDoubt.length }).toEqual({
				seed,
				got,
				total: names.length,
			});
			// Each charge is a model, or is told as uncertain.
			expect(new Set(models).size).toBe(models.length);
			expect(charges.length - models.length).toBeLessThanOrEqual(table.rows.filter(isInDoubt).length);
			expect(charges.length).toBeLessThanOrEqual(names.length + (second === undefined ? 0 : inDoubt.length));
			uncertain += inDoubt.length;
		}
		expect(uncertain).toBeGreaterThan(20);
	}, 60_000);
});

const isInDoubt = (row: object) => ['sending', 'uncertain'].includes(parseRow(row as never)?.state ?? '');

it('one that makes again and one that does not never wait for each other', async () => {
	const executions = new Executions(() => 0.5);
	const { clock, table, charges } = executions;
	const port = table.portFor(unending());
	// Sees its own row and the other's at its first look.
	const late: MemoryTable = {
		...port,
		readRowsWith: async (...about) => {
			while (table.rows.length === 1) await clock.sleep(10);
			return await port.readRowsWith(...about);
		},
	};
	const startMs = clock.now();
	const first = executions.start(['a'], { table: late });
	const second = executions.start(['a'], { delayMs: 50, makesAgain: true });
	const got = (await clock.run(Promise.all([first, second]))).flat();
	expect(table.rows).toMatchObject([{ execution_id: '1' }, { execution_id: '2' }]);
	expect([...got].sort()).toEqual(charges.map(({ taskId }) => taskId));
	expect(charges).toHaveLength(2);
	expect(clock.now() - startMs).toBeLessThan(60_000);
});

describe('a row that is being sent', () => {
	const leave = ({ table }: Executions, ageMs: number) =>
		table.leave({ fingerprint: shortened(fingerprint('a')), state: 'sending', execution_id: '77' }, ageMs);

	it.each([-HOUR_MS, 0, HOUR_MS])(
		'is left by the clock of the database, which is %i ms before',
		async (skewMs) => {
			const executions = new Executions(() => 0.5, skewMs);
			leave(executions, 200_000);
			const startMs = executions.clock.now();
			const [told] = await executions.clock.run(executions.start(['a']));
			expect(told).toContain('Execution 77 sent this generation and never learned whether');
			expect(executions.clock.now() - startMs).toBeLessThan(10_000);
		},
	);

	it('is waited for until nobody writes it any more', async () => {
		const executions = new Executions(() => 0.5);
		leave(executions, 0);
		const startMs = executions.clock.now();
		const [told] = await executions.clock.run(executions.start(['a']));
		expect(told).toContain('never learned whether');
		expect(executions.clock.now() - startMs).toBeGreaterThan(140_000);
		expect(executions.charges).toEqual([]);
	});

	it('is kept fresh while its request is put off, and waited for', async () => {
		const executions = new Executions(() => 0.5);
		const { clock, table } = executions;
		const slow = table.portFor(unending());
		let isHeld = true;
		// Its own reading takes four minutes, so that its row stands as `sending` for as long.
		const held: MemoryTable = {
			...slow,
			readRowsWith: async (...about) => {
				const read = await slow.readRowsWith(...about);
				if (table.rows.length > 0 && isHeld) {
					isHeld = false;
					await clock.sleep(240_000);
				}
				return read;
			},
		};
		const first = executions.start(['a'], { table: held });
		const second = executions.start(['a'], { delayMs: 5_000 });
		const [[mine], [others]] = await clock.run(Promise.all([first, second]));
		expect(others).toBe(mine);
		expect(executions.charges).toHaveLength(1);
	});

	it('by the hour is given up on, and nothing is paid for', async () => {
		const executions = new Executions(() => 0.5);
		const { clock, table } = executions;
		leave(executions, 0);
		const port = table.portFor(unending());
		void (async () => {
			for (;;) {
				await clock.sleep(30_000);
				await port.updateRows([{ columnName: 'id', condition: 'eq', value: 1 }], { state: 'sending' });
			}
		})();
		const [told] = await clock.run(executions.start(['a']));
		expect(told).toBe('Execution 77 has been sending the same generation for 902 seconds');
		expect(executions.charges).toEqual([]);
	});
});

describe('a table that hangs', () => {
	it('holds up a paid task for half a minute, and the end of a run for another', async () => {
		const executions = new Executions(() => 0.5);
		const { clock, table } = executions;
		const port = table.portFor(unending());
		let updates = 0;
		const hanging: MemoryTable = {
			...port,
			// From the moment on at which something is paid for.
			updateRows: async (...about) =>
				updates++ === 0 ? await port.updateRows(...about) : await new Promise(() => undefined),
		};
		const startMs = clock.now();
		const [taskId] = await clock.run(executions.start(['a'], { table: hanging }));
		expect(taskId).toBe('task-1');
		expect(clock.now() - startMs).toBeLessThan(100_000);
		expect(table.rows).toMatchObject([{ state: 'sending' }]);
	});
});

describe('a table out of reach', () => {
	const TRIES_MS = 90_000;
	const LANES = 10;
	const OUT_OF_REACH: Failure = {
		kind: 'unreachable',
		message: 'no answer',
		hint: '',
		retryable: true,
	};

	/** Items one after the other in some lanes, as under Continue; the table does not answer from `from` to `till`. */
	async function runDuringOutage(count: number, from: number, till: number) {
		const clock = new VirtualClock(0);
		const simulated = new SimulatedTable(clock, () => 0);
		const reached = simulated.portFor(unending());
		const isOut = () => clock.now() >= from && clock.now() < till;
		const orFail =
			<A extends unknown[], T>(call: (...about: A) => Promise<T>) =>
			async (...about: A): Promise<T> => {
				if (!isOut()) return await call(...about);
				await clock.sleep(TRIES_MS);
				return { ok: false, failure: OUT_OF_REACH, mayBeDone: true } as T;
			};
		const table: MemoryTable = {
			...reached,
			readRowsWith: orFail(reached.readRowsWith),
			insertRows: orFail(reached.insertRows),
			updateRows: orFail(reached.updateRows),
			updateRowsWith: orFail(reached.updateRowsWith),
		};
		const ledger = new Ledger({}, () => 'key');
		let stampMs = 0;
		const memory = new PaidModels({
			table,
			clock,
			signal: unending(),
			executionId: '1',
			nextStamp: () => ++stampMs,
			log: { warn: () => undefined },
			isReserved: () => false,
		});
		simulated.leave({ fingerprint: shortened(fingerprint('known')), state: 'delivered', task_id: 'old' });
		const names = Array.from({ length: count }, (_, index) => (index === count - 1 ? 'known' : `n${index}`));
		let paid = 0;
		const results = await clock.run(
			(async () => {
				await memory.lookUp(names.map(fingerprint));
				await clock.sleep(Math.max(0, from - clock.now()));
				return await mapConcurrently(
					count,
					LANES,
					async (index) => {
						const wanted = { fingerprint: fingerprint(names[index]), submitsAgain: false };
						const found = await memory.find(wanted);
						if (!found.ok) return found.failure;
						if (found.value !== undefined) return found.value.entry.taskId;
						const entry = ledger.open(wanted.fingerprint, clock.now());
						const opened = await memory.opening(entry, { mode: 'text', quality: 'pro' });
						if (!opened.ok) return opened.failure;
						Object.assign(entry, { state: 'accepted', taskId: `task-${++paid}` });
						await memory.accepted(entry);
						await clock.sleep(10_000);
						return entry.taskId;
					},
					() => false,
				);
			})(),
		);
		return { results, paid, spentMs: clock.now() - from };
	}

	it('holds up a run once, and not each of its items; known models come out', async () => {
		const { results, paid, spentMs } = await runDuringOutage(1_000, 5_000, Infinity);
		expect(paid).toBe(0);
		expect(results.slice(0, -1)).toEqual(
			Array(999).fill(
				expect.objectContaining({
					message: 'no answer',
					hint: expect.stringContaining('nothing was charged'),
					isUnsent: true,
				}),
			),
		);
		expect(results.at(-1)).toBe('old');
		expect(spentMs).toBeLessThan(3 * TRIES_MS);
	});

	it('is asked again once it may have come back', async () => {
		const clock = new VirtualClock(0);
		const outage = new TableOutage(clock);
		let isOut = true;
		const answer = async () => {
			await clock.sleep(isOut ? TRIES_MS : 0);
			return isOut ? fail(OUT_OF_REACH) : succeed([]);
		};
		const table = outage.watch({ readRowsWith: answer } as unknown as MemoryTable);
		await clock.run(table.readRowsWith('id', []));
		expect(outage.refusal).toMatchObject({ message: 'no answer' });
		await clock.run(clock.sleep(40_000));
		expect(outage.refusal).toBeUndefined();
		await clock.run(table.readRowsWith('id', []));
		expect(outage.refusal).toMatchObject({ message: 'no answer' });
		isOut = false;
		// Such as the note of what was paid for before.
		await clock.run(table.readRowsWith('id', []));
		expect(outage.refusal).toBeUndefined();
	});

	it('that fails at once for a moment is asked on: a restart of n8n is no outage', async () => {
		const clock = new VirtualClock(0);
		const outage = new TableOutage(clock);
		const table = outage.watch({
			readRowsWith: async () => fail(OUT_OF_REACH),
		} as unknown as MemoryTable);
		for (let second = 0; second < 60; second++) {
			expect(outage.refusal).toBeUndefined();
			await clock.run(table.readRowsWith('id', []));
			await clock.run(clock.sleep(1_000));
		}
		await clock.run(table.readRowsWith('id', []));
		expect(outage.refusal).toBeDefined();
	});

	it('is none where a call that failed began before one that got through', async () => {
		const clock = new VirtualClock(0);
		const outage = new TableOutage(clock);
		const table = outage.watch({
			// The first takes its tries to fail; the second gets through meanwhile.
			readRowsWith: async () => {
				await clock.sleep(TRIES_MS);
				return fail(OUT_OF_REACH);
			},
			describe: async () => {
				await clock.sleep(TRIES_MS - 1_000);
				return succeed([]);
			},
		} as unknown as MemoryTable);
		await clock.run(Promise.all([table.readRowsWith('id', []), table.describe()]));
		expect(outage.refusal).toBeUndefined();
	});

	it('is none where it answers with a refusal', async () => {
		const clock = new VirtualClock(0);
		const outage = new TableOutage(clock);
		const table = outage.watch({
			readRowsWith: async () => {
				await clock.sleep(TRIES_MS);
				return fail({ ...OUT_OF_REACH, retryable: false });
			},
		} as unknown as MemoryTable);
		await clock.run(table.readRowsWith('id', []));
		expect(outage.refusal).toBeUndefined();
	});
});

it('sends again what was left only when it is told to, and once', async () => {
	for (const seed of seeds(50)) {
		const executions = new Executions(seededRandom(seed));
		const { clock, table, charges } = executions;
		for (const state of ['sending', 'uncertain']) {
			table.leave({ fingerprint: shortened(fingerprint('a')), state, execution_id: '77' }, HOUR_MS);
		}
		const runs = [1, 2, 3].map(async () => await executions.start(['a', 'a'], { submitsAgain: true }));
		const got = await clock.run(Promise.all(runs));
		const tasks = charges.map(({ taskId }) => taskId).sort();
		expect({ seed, paid: paidFor(executions, 'a'), got: got.map((each) => each.sort()) }).toEqual({
			seed,
			paid: 2,
			got: runs.map(() => tasks),
		});
	}
});
