/** The one direction of imports: node → shared/n8n → shared/core; the sandbox takes nothing from the nodes. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

function sourcesIn(folder: string): string[] {
	return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
		.map((file) => path.join(folder, file));
}

/** Import paths of a file; relative ones resolved from the root. */
function importsOf(file: string): string[] {
	const text = readFileSync(path.join(root, file), 'utf8');
	return [...text.matchAll(/(?:from|import|require\()\s*'([^']+)'/g)].map(([, name]) =>
		name.startsWith('.') ? path.join(path.dirname(file), name) : name,
	);
}

const core = sourcesIn('nodes/shared/core');
const glb = sourcesIn('glb');
const glbDoors = /^glb\/(facts|images|preview|timeSlicer)$/;

it('finds sources to look at', () => {
	expect(core.length).toBeGreaterThan(20);
	expect(glb.length).toBeGreaterThan(40);
});

it.each(core)('%s imports nothing of n8n and no other layer', (file) => {
	const foreign = importsOf(file).filter(
		(name) => name.includes('n8n') || (name.startsWith('nodes/') && !name.startsWith('nodes/shared/core')),
	);
	expect(foreign).toEqual([]);
});

it.each(glb)('%s knows neither n8n nor the pack', (file) => {
	expect(importsOf(file).filter((name) => /n8n|^(nodes|credentials|sandbox)\//.test(name))).toEqual([]);
});

it.each([...core, ...glb])('%s has no clock, chance or I/O of its own', (file) => {
	const text = readFileSync(path.join(root, file), 'utf8');
	expect(text).not.toMatch(/Date\.now\(|new Date\(\)|Math\.random\(|setTimeout|\bfetch\(|node:fs|node:http/);
});

it.each(sourcesIn('nodes'))(
	'%s takes models through their doors, all that the build leaves of them',
	(file) => {
		expect(importsOf(file).filter((name) => name.startsWith('glb/') && !glbDoors.test(name))).toEqual([]);
	},
);

it.each(sourcesIn('nodes/shared/n8n'))('%s imports no node', (file) => {
	expect(importsOf(file).filter((name) => /^nodes\/Image3d/.test(name))).toEqual([]);
});

it.each(sourcesIn('nodes').filter((file) => /^nodes\/Image3d/.test(file)))(
	'%s imports no other node',
	(file) => {
		const own = file.split('/')[1];
		const foreign = importsOf(file).filter(
			(name) => /^nodes\/Image3d/.test(name) && name.split('/')[1] !== own,
		);
		expect(foreign).toEqual([]);
	},
);

it.each(sourcesIn('sandbox'))('%s takes nothing from the nodes', (file) => {
	expect(importsOf(file).filter((name) => name.startsWith('nodes/'))).toEqual([]);
});

it.each(sourcesIn('harness'))(
	'%s, which tests, scripts and benches share, takes nothing from them',
	(file) => {
		expect(importsOf(file).filter((name) => /^(scripts|test)\//.test(name))).toEqual([]);
	},
);

it.each([
	['scripts', 'test'],
	['test', 'scripts'],
])('%s take nothing from %s: what both need is in the harness', (folder, other) => {
	const foreign = sourcesIn(folder).flatMap((file) =>
		importsOf(file)
			.filter((name) => name.startsWith(`${other}/`))
			.map((name) => `${file}: ${name}`),
	);
	expect(foreign).toEqual([]);
});

it('test holds suites, and the configurations that run them', () => {
	const others = readdirSync(path.join(root, 'test'), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && !/^(.+\.test\.ts|jest\.config\.js)$/.test(entry.name))
		.map(({ parentPath, name }) => path.join(parentPath, name));
	expect(others).toEqual([]);
});
