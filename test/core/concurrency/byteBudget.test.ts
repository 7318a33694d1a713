import { ByteBudget } from '../../../nodes/shared/core/concurrency/byteBudget';

/** Work that ends when it is told to. */
class Work {
	readonly started: string[] = [];
	private readonly ends = new Map<string, () => void>();
	private readonly resizes = new Map<string, (bytes: number) => void>();
	private readonly running: Array<Promise<unknown>> = [];

	constructor(private readonly budget: ByteBudget) {}

	start(name: string, bytes: number): void {
		const run = this.budget.hold(bytes, async (resize) => {
			this.started.push(name);
			this.resizes.set(name, resize);
			await new Promise<void>((resolve) => this.ends.set(name, resolve));
		});
		this.running.push(run);
	}

	async end(name: string): Promise<void> {
		this.ends.get(name)!();
		await settle();
	}

	async resize(name: string, bytes: number): Promise<void> {
		this.resizes.get(name)!(bytes);
		await settle();
	}
}

const settle = async () => await new Promise((resolve) => setImmediate(resolve));

describe('ByteBudget', () => {
	it('lets in what fits, and the rest as room comes, in the order of asking', async () => {
		const work = new Work(new ByteBudget(10));
		work.start('a', 6);
		work.start('b', 4);
		work.start('c', 5);
		work.start('d', 1);
		await settle();
		expect(work.started).toEqual(['a', 'b']);
		await work.end('b');
		expect(work.started).toEqual(['a', 'b']);
		await work.end('a');
		expect(work.started).toEqual(['a', 'b', 'c', 'd']);
	});

	it('lets in what is larger than all of it once it is alone', async () => {
		const work = new Work(new ByteBudget(10));
		work.start('a', 1);
		work.start('huge', 50);
		work.start('b', 1);
		await settle();
		expect(work.started).toEqual(['a']);
		await work.end('a');
		expect(work.started).toEqual(['a', 'huge']);
		await work.end('huge');
		expect(work.started).toEqual(['a', 'huge', 'b']);
	});

	it('gives away what was asked for too much', async () => {
		const work = new Work(new ByteBudget(10));
		work.start('a', 10);
		work.start('b', 8);
		await settle();
		await work.resize('a', 2);
		expect(work.started).toEqual(['a', 'b']);
		await work.end('a');
		await work.end('b');
		work.start('c', 10);
		await settle();
		expect(work.started).toEqual(['a', 'b', 'c']);
	});

	it('gives the share back after a failure', async () => {
		const budget = new ByteBudget(10);
		await expect(budget.hold(10, async () => await Promise.reject(new Error('no')))).rejects.toThrow('no');
		expect(await budget.hold(10, async () => 'done')).toBe('done');
	});
});
