import { settleMicrotasks, VirtualClock } from '../../../../harness/simulation/virtualClock';
import { NoteBook } from '../../../../nodes/shared/core/purchase/retryGuard/noteBook';
import type { NoteStore } from '../../../../nodes/shared/core/purchase/retryGuard/noteQueue';

/** A table that is read and rewritten as a whole, as n8n's is; `calls` are the keys of each call. */
class Table implements NoteStore {
	rows: string[] = [];
	readonly calls: string[][] = [];
	failures = 0;
	hangs = false;

	async record(keys: string[]): Promise<string[]> {
		const rows = await this.read(keys);
		const before = keys.filter((key) => rows.includes(key));
		this.rows = [...new Set([...rows, ...keys])];
		return before;
	}

	async remove(keys: string[]): Promise<void> {
		this.rows = (await this.read(keys)).filter((key) => !keys.includes(key));
	}

	private async read(keys: string[]): Promise<string[]> {
		this.calls.push(keys);
		const { rows } = this;
		await settleMicrotasks();
		if (this.hangs) await new Promise(() => undefined);
		if (this.failures-- > 0) throw new Error('database is locked');
		return rows;
	}
}

function open() {
	const clock = new VirtualClock();
	const book = new NoteBook(clock);
	return { clock, book, table: new Table(), queue: book.queueOf('node') };
}

describe('the notes of a node', () => {
	it('say whether a key was there before', async () => {
		const { queue, table } = open();
		expect(await queue.note(table, 'a')).toEqual({ wasThere: false });
		expect(await queue.note(table, 'a')).toEqual({ wasThere: true });
	});

	it('lose none of many that come at once, and are written together', async () => {
		const { queue, table } = open();
		const keys = Array.from({ length: 100 }, (_, index) => `key ${index}`);
		await Promise.all(keys.map(async (key) => await queue.note(table, key)));
		expect([...table.rows].sort()).toEqual([...keys].sort());
		expect(table.calls).toHaveLength(2);
	});

	it('let one of two that write the same key at once know of the other', async () => {
		const { queue, table } = open();
		const answers = await Promise.all([queue.note(table, 'a'), queue.note(table, 'a')]);
		expect(answers).toEqual([{ wasThere: false }, { wasThere: true }]);
	});

	it('are written and taken away in the order in which that was asked for', async () => {
		const { queue, table } = open();
		await Promise.all([queue.note(table, 'a'), queue.forget(table, ['a']), queue.note(table, 'b')]);
		expect(table.rows).toEqual(['b']);
	});

	it('that another process has overwritten come back with the next', async () => {
		const { queue, table } = open();
		await queue.note(table, 'a');
		table.rows = ['of another process'];
		await queue.confirm(table);
		expect(table.rows).toEqual(['of another process', 'a']);
	});

	it('do not grow with the run: the last 200 are written again', async () => {
		const { queue, table } = open();
		for (let index = 0; index < 250; index++) await queue.note(table, `key ${index}`);
		expect(table.calls.at(-1)).toHaveLength(201);
		expect(table.rows).toHaveLength(250);
	});

	it('stay as they are once the run is over', async () => {
		const { queue, table } = open();
		await queue.note(table, 'a');
		queue.settle(['a']);
		table.rows = [];
		await queue.confirm(table);
		await queue.note(table, 'b');
		expect(table.rows).toEqual(['b']);
	});
});

describe('a database', () => {
	it('that fails once is asked again', async () => {
		const { queue, table } = open();
		table.failures = 1;
		expect(await queue.note(table, 'a')).toEqual({ wasThere: false });
		expect(table.rows).toEqual(['a']);
	});

	it('that goes on failing is given up on', async () => {
		const { queue, table } = open();
		table.failures = 2;
		expect(await queue.note(table, 'a')).toEqual({ trouble: expect.any(Error) });
		expect(table.calls).toHaveLength(2);
	});

	it('that says nothing is waited for ten seconds, and holds nobody up for longer', async () => {
		const { queue, table, clock } = open();
		table.hangs = true;
		const answer = await clock.run(queue.note(table, 'a'));
		expect(answer).toEqual({ trouble: new Error('the database did not answer') });
		expect(clock.sleeps).toEqual([10_000]);
	});

	it('that could not take a key away is asked to with the next', async () => {
		const { queue, table } = open();
		await queue.note(table, 'a');
		await queue.note(table, 'b');
		table.failures = 2;
		expect(await queue.forget(table, ['a'])).toEqual({ trouble: expect.any(Error) });
		expect(table.rows).toEqual(['a', 'b']);
		await queue.forget(table, ['b']);
		expect(table.rows).toEqual([]);
	});
});

it('a node has one queue for as long as anything stands in it, and none after that', async () => {
	const { book, queue, table } = open();
	await queue.note(table, 'a');
	expect(book.queueOf('node')).toBe(queue);
	expect(book.queueOf('another')).not.toBe(queue);
	queue.settle(['a']);
	expect(book.queueOf('node')).not.toBe(queue);
});
