/** Files of the pack stay short enough to be read in one go. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

/** Lines of a file; most have less than 150. What has more does one thing that does not come apart. */
const MAX_LINES = 270;

const sources = ['credentials', 'nodes', 'glb'].flatMap((folder) =>
	readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
		.map((file) => path.join(folder, file)),
);
const linesOf = (file: string) => readFileSync(path.join(root, file), 'utf8').split('\n').length - 1;

it('finds sources to look at', () => {
	expect(sources.length).toBeGreaterThan(200);
});

it.each(sources)(`%s has at most ${MAX_LINES} lines`, (file) => {
	expect(linesOf(file)).toBeLessThanOrEqual(MAX_LINES);
});

it('most files have less than 150 lines', () => {
	const long = sources.filter((file) => linesOf(file) >= 150);
	expect(long.length).toBeLessThan(sources.length / 5);
});
