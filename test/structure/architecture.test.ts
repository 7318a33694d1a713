/** The map of the code: every file and folder that it names is there, and every folder that is there has its name on it. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const PARTS = ['credentials', 'nodes', 'glb', 'sandbox', 'harness', 'scripts', 'test'];
const MAP = readFileSync(path.join(ROOT, 'docs/architecture.md'), 'utf8');

const entries = PARTS.flatMap((part) => [
	part,
	...readdirSync(path.join(ROOT, part), { recursive: true, encoding: 'utf8' })
		.filter((name) => !name.includes('node_modules'))
		.map((name) => path.join(part, name).split(path.sep).join('/')),
]);

/** Paths and names of files that the map speaks of. */
const named = [...MAP.matchAll(/`([\w/]+(?:\.ts|\/\w+|\/))`|(?<![\w/.])([\w.]+\.ts)\b/g)]
	.map(([, told, file]) => (told ?? file).replace(/\/$/, ''))
	.filter((name) => name !== 'Image3d');

const isThere = (name: string) =>
	entries.some((entry) => [name, `${name}.ts`].some((end) => entry === end || entry.endsWith(`/${end}`)));

it('names what is there', () => {
	expect(named.length).toBeGreaterThan(20);
	expect(named.filter((name) => !isThere(name))).toEqual([]);
});

it('says nothing twice', () => {
	const rows = MAP.split('\n').filter((line) => line.startsWith('| `'));
	expect(rows.filter((row, index) => rows.indexOf(row) !== index)).toEqual([]);
});

it.each(['nodes/shared/core', 'nodes/shared/n8n', 'glb', 'harness'])('names every folder in %s', (part) => {
	const folders = readdirSync(path.join(ROOT, part), { withFileTypes: true })
		.filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
		.map(({ name }) => name);
	expect(folders.filter((name) => !new RegExp(`\\b${name}\\b`).test(MAP))).toEqual([]);
});

it('leads to one file by each name, but for those that every folder may have', () => {
	const names = entries
		.filter((entry) => /\.(?:ts|cjs|mjs)$/.test(entry) && !/^test\//.test(entry))
		// Hands over to start.ts, once that can run.
		.filter((entry) => entry !== 'scripts/start.mjs')
		.map((entry) => path.basename(entry).split('.')[0])
		.filter((name) => !['fields', 'index'].includes(name));
	expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

it('calls every file in camelCase, but the commands', () => {
	const sources = entries.filter(
		(entry) => /\.(?:ts|cjs|mjs)$/.test(entry) && !/^scripts\/[^/]+$/.test(entry),
	);
	const inCamelCase = /^(?:[a-z]|Image3d[A-Z])[A-Za-z0-9]*(?:\.(?:d|test|node|credentials))?\.\w+$/;
	expect(sources.filter((entry) => !inCamelCase.test(path.basename(entry)))).toEqual([]);
});

it.each(['image3d.svg', 'image3d.dark.svg'])('has one icon, in many places: %s', (icon) => {
	const places = entries.filter((entry) => entry.endsWith(`/${icon}`));
	expect(places).toHaveLength(7);
	expect(new Set(places.map((place) => readFileSync(path.join(ROOT, place), 'utf8'))).size).toBe(1);
});
