/** npm's own cache with broken files in it, and a registry whose answers are cut short: the packages come all the same. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { installTree, npmCommand } from '../../harness/bare/npm.cjs';

jest.setTimeout(240_000);

/** How often one run of npm fetches a package that is not what the lockfile names. */
const TRIES_OF_NPM = 8;
const WORDS = 'module.exports = "whole";';

let folder: string;
let tarball: Buffer;
let registry: Server;
/** Requests for the package, and how many of the first of them are answered with a broken one. */
let asked: number;
let broken: number;
const before = { ...process.env };

beforeAll(() => {
	const source = mkdtempSync(path.join(os.tmpdir(), 'image3d-vase-'));
	writeFileSync(path.join(source, 'package.json'), '{ "name": "vase", "version": "1.0.0" }');
	writeFileSync(path.join(source, 'index.js'), WORDS);
	const [command, ...first] = npmCommand(process.execPath);
	execFileSync(command, [...first, 'pack'], { cwd: source, stdio: 'ignore' });
	tarball = readFileSync(path.join(source, 'vase-1.0.0.tgz'));
	rmSync(source, { recursive: true });
});

beforeEach(async () => {
	[asked, broken] = [0, 0];
	folder = mkdtempSync(path.join(os.tmpdir(), 'image3d-npm-'));
	registry = createServer((_request, response) => {
		asked++;
		response.end(asked <= broken ? Buffer.alloc(tarball.length, 'x') : tarball);
	});
	await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
	const address = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
	process.env.npm_config_registry = address;
	process.env.npm_config_cache = path.join(folder, 'cache');
	mkdirSync(path.join(folder, 'clone'));
	const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
	const resolved = `${address}vase/-/vase-1.0.0.tgz`;
	const manifest = { name: 'clone', version: '1.0.0', dependencies: { vase: '1.0.0' } };
	const packages = { '': manifest, 'node_modules/vase': { version: '1.0.0', resolved, integrity } };
	const write = (name: string, content: object) =>
		writeFileSync(path.join(folder, 'clone', name), JSON.stringify(content));
	write('package.json', { ...manifest, private: true });
	write('package-lock.json', { ...manifest, lockfileVersion: 3, requires: true, packages });
});

afterEach(async () => {
	Object.assign(process.env, { npm_config_registry: '', npm_config_cache: '' }, before);
	await new Promise((resolve) => registry.close(resolve));
	rmSync(folder, { recursive: true, force: true });
});

/** Installs as on a clone that has nothing, and reads the package that came. */
async function install(): Promise<string> {
	rmSync(path.join(folder, 'clone', 'node_modules'), { recursive: true, force: true });
	await installTree(path.join(folder, 'clone'), ['ci', '--ignore-scripts'], () => undefined);
	return readFileSync(path.join(folder, 'clone/node_modules/vase/index.js'), 'utf8');
}

/** The files of packages that npm keeps. */
function keptFiles(): string[] {
	const content = path.join(folder, 'cache/_cacache/content-v2');
	return readdirSync(content, { recursive: true, encoding: 'utf8' })
		.map((name) => path.join(content, name))
		.filter((file) => statSync(file).isFile());
}

it('a package that npm keeps is not asked for again', async () => {
	expect(await install()).toBe(WORDS);
	expect(await install()).toBe(WORDS);
	expect(asked).toBe(1);
});

it.each([
	['other bytes', (kept: Buffer) => Buffer.alloc(kept.length, 'x')],
	['half of the bytes', (kept: Buffer) => kept.subarray(0, kept.length / 2)],
	['nothing', () => Buffer.alloc(0)],
])('a kept package that has become %s is fetched again', async (_how, damage) => {
	await install();
	const files = keptFiles();
	expect(files).not.toEqual([]);
	for (const file of files) writeFileSync(file, damage(readFileSync(file)));
	expect(await install()).toBe(WORDS);
	expect(asked).toBe(2);
});

it('a package that arrives broken, for npm itself as often as it tries, is fetched once more', async () => {
	broken = TRIES_OF_NPM;
	expect(await install()).toBe(WORDS);
	expect(asked).toBe(TRIES_OF_NPM + 1);
});
