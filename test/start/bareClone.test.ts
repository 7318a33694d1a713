/** What somebody meets who has just cloned the repository, without a single dependency: sentences, not stack traces. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { explainNpm, installTree } from '../../harness/bare/npm.cjs';
import { n8nPlace, isWhole, nodeIn } from '../../harness/bare/n8nPlace.cjs';
import { describeProgress } from '../../harness/bare/timeLeft.cjs';

const root = path.resolve(__dirname, '../..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
	scripts: Record<string, string>;
};

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(path.join(os.tmpdir(), 'image3d-bare-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A clone's scripts alone, as far as they run without dependencies. */
function bareClone(): string {
	for (const file of ['package.json', 'package-lock.json', 'scripts', 'harness']) {
		cpSync(path.join(root, file), path.join(folder, file), { recursive: true });
	}
	return folder;
}

interface Ended {
	code: number;
	output: string;
}

async function run(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
	return await new Promise((resolve) => {
		const options = { cwd: folder, env: { ...process.env, ...env } };
		execFile(process.execPath, args, options, (error, stdout, stderr) => {
			resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
		});
	});
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as { port: number };
	await new Promise((resolve) => server.close(resolve));
	return port;
}

describe('every script of package.json', () => {
	const others = Object.entries(manifest.scripts).filter(([name]) => name !== 'start');

	it.each(others)('%s installs what it needs first', (_name, script) => {
		expect(script).toMatch(/^node scripts\/prepare\.mjs && /);
	});

	it('but start, which prepares the clone by itself', () => {
		expect(manifest.scripts.start).toBe('node scripts/start.mjs');
		expect(readFileSync(path.join(root, 'scripts/start.mjs'), 'utf8')).toContain('await prepare(');
	});

	it('has its row in the README', () => {
		const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
		const rows = [...readme.matchAll(/^\| `npm (?:run )?([\w:]+)/gm)].map(([, name]) => name);
		expect(rows.sort()).toEqual(Object.keys(manifest.scripts).sort());
	});
});

describe('on a bare clone', () => {
	it('npm start lists its options', async () => {
		bareClone();
		const { code, output } = await run(['scripts/start.mjs', '--help']);
		expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('--speed <n>') });
	});

	it.each([
		[['--sped', '3'], '--sped'],
		[['--speed', 'fast'], '"fast"'],
		[['--port', '99999'], '"99999"'],
		[['--port', '0'], '"0"'],
		[['quickly'], 'quickly'],
	])('npm start with %j points to --help before it installs anything', async (args, said) => {
		bareClone();
		const { code, output } = await run(['scripts/start.mjs', ...args]);
		expect(code).toBe(1);
		expect(output).toContain(said);
		expect(output).toContain('npm start -- --help');
		expect(output).not.toMatch(/\bat .*\(|Installing/);
		expect(readdirSync(folder)).not.toContain('node_modules');
	});

	it('says that the network is missing, without a stack trace', async () => {
		bareClone();
		const { code, output } = await run(['scripts/start.mjs'], {
			XDG_CACHE_HOME: path.join(folder, 'cache'),
			LOCALAPPDATA: path.join(folder, 'cache'),
			npm_config_registry: `http://127.0.0.1:${await closedPort()}/`,
			npm_config_cache: path.join(folder, 'npm'),
		});
		expect(code).toBe(1);
		expect(output).toContain('npm could not reach its registry (ECONNREFUSED)');
		expect(output).toContain('The first start needs the internet');
		expect(output).not.toMatch(/\n\s+at |complete log/);
		expect(readdirSync(path.join(folder, 'cache', 'n8n-nodes-image3d'))).toEqual([]);
	}, 300_000);
});

describe('an installation that npm gives up', () => {
	it.each([
		['npm error code ENOSPC\nnpm error nospc ENOSPC: no space left on device, write', 'The disk is full'],
		['npm error code ENOTFOUND\nnpm error network request failed', 'could not reach its registry'],
		['npm error code EACCES\nnpm error syscall mkdir', 'may not write into /clone'],
		['npm error code ETARGET\nnpm error notarget No matching version', 'No matching version'],
	])('%j is told as what to do', (errors, sentence) => {
		expect(explainNpm(errors, '/clone')).toContain(sentence);
	});

	it("or of a lockfile that nobody can read is told in npm's own words", async () => {
		writeFileSync(path.join(folder, 'package.json'), '{ "name": "broken", "private": true }');
		writeFileSync(path.join(folder, 'package-lock.json'), '{ "lockfileVersion": 3, "packages": ');
		await expect(installTree(folder, ['ci'], () => undefined)).rejects.toThrow('It said:');
	}, 60_000);
});

describe('an n8n in the cache', () => {
	const packages = ['node_modules/n8n', 'node_modules/sqlite3'];

	function install(): ReturnType<typeof n8nPlace> {
		const manifestFolder = path.join(folder, 'manifest');
		mkdirSync(manifestFolder, { recursive: true });
		writeFileSync(path.join(manifestFolder, 'package.json'), '{ "dependencies": { "n8n": "2.41.1" } }');
		const place = { ...n8nPlace(manifestFolder), folder, marker: path.join(folder, '.complete') };
		for (const name of packages) {
			mkdirSync(path.join(folder, name), { recursive: true });
			writeFileSync(path.join(folder, name, 'package.json'), '{}');
		}
		const note = { packages: Object.fromEntries(packages.map((name) => [name, {}])) };
		writeFileSync(path.join(folder, 'node_modules/.package-lock.json'), JSON.stringify(note));
		mkdirSync(path.dirname(nodeIn(folder)), { recursive: true });
		writeFileSync(nodeIn(folder), '');
		writeFileSync(place.marker, '');
		return place;
	}

	it('is used when it is whole', () => expect(isWhole(install())).toBe(true));

	it.each([...packages, 'node_modules/node', 'node_modules/.package-lock.json', '.complete'])(
		'is installed anew without %s',
		(name) => {
			const place = install();
			rmSync(path.join(folder, name), { recursive: true });
			expect(isWhole(place)).toBe(false);
		},
	);

	it('is installed anew when its note is cut short', () => {
		const place = install();
		writeFileSync(path.join(folder, 'node_modules/.package-lock.json'), '{ "packages": {');
		expect(isWhole(place)).toBe(false);
	});
});

describe('the line of progress', () => {
	const part = (arrived: number, total = 1000) => ({ name: 'n8n 2.41.1', arrived, total });

	it.each([
		[[part(0)], 5_000, 'n8n 2.41.1 0 of 1000 packages'],
		[[part(500)], 70_000, 'n8n 2.41.1 500 of 1000 packages, about 3 min left'],
		[[part(1000)], 140_000, 'n8n 2.41.1 1000 of 1000 packages, unpacking'],
		[[part(900), part(100)], 35_000, /900 of 1000 packages, n8n .* 100 of 1000 packages, about 70 s left$/],
	])('%j after %d ms', (parts, elapsed, expected) => {
		const line = describeProgress(parts, elapsed);
		if (typeof expected === 'string') expect(line).toBe(expected);
		else expect(line).toMatch(expected);
	});
});
