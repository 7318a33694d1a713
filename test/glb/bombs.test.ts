/** Small files that ask for very much, in a process with a small heap and a watch on its event loop. */
import { BOMBS } from './bombs';
import { BombSite } from './bombs/measure';

/** The promise is 50 ms, which `npm run bench` measures; here others use the machine, too. */
const MAX_STRETCH_MS = 1_000;
const MAX_MEMORY_BYTES = 256 * 1024 * 1024;
/** Less than n8n would spend, for the sake of the test. */
const MAX_WORK_MS = 1_000;

const site = new BombSite();

beforeAll(async () => await site.prepare());
afterAll(() => site.clear());

describe('a bomb harms nobody', () => {
	// The largest first, while the process has no memory that it could use again.
	it.each(BOMBS.map((bomb) => ({ ...bomb, sizes: [...bomb.sizes].reverse() })))(
		'$name, at $sizes',
		async ({ build, sizes }) => {
			const measured = await site.measure(sizes.map(build), MAX_WORK_MS);
			expect(measured).toHaveLength(3);
			for (const { facts, picture, longestMs, workMs, memoryBytes } of measured) {
				for (const reason of [facts, picture]) {
					if (reason === undefined) continue;
					expect(reason).toMatch(/^[A-Z].*\.$/);
					expect(reason.length).toBeLessThan(250);
					expect(reason).not.toContain('not as the format says');
				}
				expect(longestMs).toBeLessThan(MAX_STRETCH_MS);
				expect(workMs).toBeLessThan(MAX_WORK_MS + MAX_STRETCH_MS);
				expect(memoryBytes).toBeLessThan(MAX_MEMORY_BYTES);
			}
		},
		60_000,
	);
});
