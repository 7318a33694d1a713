/** Installs the pinned n8n with its own Node.js into the user's cache folder, once for all clones. */
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	readFileSync,
	readdirSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, shortHash } from '../cacheFolder';
import { withLock } from '../fileLock';
import { runNpm } from '../npm';
import { runProgram } from '../processes';
import { showStep, type Step } from '../progress';
import { say } from '../say';

export interface N8nInstallation {
	version: string;
	folder: string;
	/** The Node.js that n8n needs, which may be newer than the one that runs this. */
	node: string;
	/** n8n's command-line script, to be run by `node`. */
	cli: string;
}

const MARKER = '.complete';
/** With parts compiled for one Node.js; older versions of n8n have only the first. */
const NATIVE_MODULES = ['sqlite3', 'isolated-vm'];
const MANIFEST_FILES = ['package.json', 'package-lock.json', '.npmrc'];

/**
 * Returns the installation that the manifest in `manifestFolder` pins, and makes it first where it is missing:
 * several minutes and some 3 GB. An interrupted one is made again; two processes wait for one another.
 */
export async function installN8n(manifestFolder = __dirname): Promise<N8nInstallation> {
	const files = MANIFEST_FILES.filter((name) => existsSync(join(manifestFolder, name)));
	const manifest = JSON.parse(readFileSync(join(manifestFolder, 'package.json'), 'utf8')) as {
		dependencies: { n8n: string };
	};
	const version = manifest.dependencies.n8n;
	const hash = shortHash(...files.map((name) => readFileSync(join(manifestFolder, name))));
	const folder = cacheFolder(`n8n-${version}-${hash}`);
	if (!existsSync(join(folder, MARKER))) {
		say(`  n8n ${version} goes into ${folder}: some 3 GB, a few minutes, the first time only\n`);
		const step = showStep(`Installing n8n ${version}`);
		const waiting = () => step.detail('another process is installing it, waiting');
		try {
			await withLock(`${folder}.lock`, waiting, async () => {
				if (existsSync(join(folder, MARKER))) return;
				mkdirSync(folder, { recursive: true });
				for (const name of files) copyFileSync(join(manifestFolder, name), join(folder, name));
				await fill(folder, files.includes('package-lock.json'), step);
				writeFileSync(join(folder, MARKER), `${new Date().toISOString()}\n`);
			});
		} catch (error) {
			step.fail();
			throw error;
		}
		step.done();
	}
	return { version, folder, node: nodeIn(folder), cli: join(folder, 'node_modules', 'n8n', 'bin', 'n8n') };
}

async function fill(folder: string, locked: boolean, step: Step): Promise<void> {
	// npm trusts what it finds half-unpacked.
	rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
	await download(folder, locked, step);
	step.detail('unpacking its Node.js');
	await runNpm(['rebuild', 'node', '--ignore-scripts=false'], { cwd: folder });
	const node = nodeIn(folder);
	step.detail('building its SQLite driver');
	await rebuildNative(folder, node, 'sqlite3');
	step.detail('checking');
	const native = NATIVE_MODULES.filter((name) => existsSync(join(folder, 'node_modules', name)));
	await runProgram(node, ['-e', native.map((name) => `require('${name}');`).join('')], { cwd: folder });
}

async function download(folder: string, locked: boolean, step: Step): Promise<void> {
	const total = locked ? countPackages(join(folder, 'package-lock.json')) : undefined;
	let arrived = 0;
	step.detail('asking npm for its packages');
	await runNpm([locked ? 'ci' : 'install', '--ignore-scripts', '--loglevel=http'], {
		cwd: folder,
		onLine: (line) => {
			if (!line.includes('.tgz')) return;
			arrived += 1;
			step.detail(`${arrived}${total ? ` of ${total}` : ''} packages`);
		},
	});
}

function countPackages(lockFile: string): number {
	const lock = JSON.parse(readFileSync(lockFile, 'utf8')) as { packages: Record<string, object> };
	return Object.keys(lock.packages).length - 1;
}

/** A module with compiled parts takes a prebuilt one where it can fetch it, and compiles for n8n's Node.js otherwise. */
async function rebuildNative(folder: string, node: string, name: string): Promise<void> {
	const headers = headersIn(folder);
	try {
		await runNpm(['rebuild', name, '--ignore-scripts=false', '--foreground-scripts'], {
			cwd: folder,
			node,
			env: headers ? { npm_config_nodedir: headers } : {},
		});
	} catch (error) {
		throw new Error(
			`n8n's ${name} module could be neither fetched nor compiled. Compiling needs python3, make and a C++ ` +
				`compiler (on Debian and Ubuntu: apt-get install python3 make g++).\n${(error as Error).message}`,
		);
	}
}

function nodeIn(folder: string): string {
	const name = process.platform === 'win32' ? 'node.exe' : 'node';
	return join(folder, 'node_modules', 'node', 'bin', name);
}

/** The folder with `include/node` that came with the Node.js package, where it came with one. */
function headersIn(folder: string): string | undefined {
	for (const parent of [join(folder, 'node_modules', 'node', 'node_modules'), join(folder, 'node_modules')]) {
		if (!existsSync(parent)) continue;
		const name = readdirSync(parent).find(
			(entry) => entry.startsWith('node-') && hasHeaders(join(parent, entry)),
		);
		if (name) return join(parent, name);
	}
	return undefined;
}

function hasHeaders(folder: string): boolean {
	return existsSync(join(folder, 'include', 'node', 'node.h'));
}
