/** Installs the pinned n8n with its own Node.js into the user's cache folder, once for all clones. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { downloadN8n, type N8nDownload } from '../bare/n8nDownload.cjs';
import { isWhole, n8nPlace, nodeIn } from '../bare/n8nPlace.cjs';
import { describeProgress } from '../bare/timeLeft.cjs';
import { withLock } from '../process/fileLock';
import { runNpm } from '../process/runNpm';
import { runProgram } from '../process/processes';
import { showStep, type Step } from '../process/withStep';
import { say } from '../process/say';
import { fetchSqlite, putSqlite } from './sqlite';

export interface N8nInstallation {
	version: string;
	folder: string;
	/** The Node.js that n8n needs, which may be newer than the one that runs this. */
	node: string;
	/** n8n's command-line script, to be run by `node`. */
	cli: string;
}

/** With parts compiled for one Node.js; older versions of n8n have only the first. */
const NATIVE_MODULES = ['sqlite3', 'isolated-vm'];
/** How often the line of progress is written anew. */
const PROGRESS_MS = 1_000;

/**
 * Returns the installation that the manifest in `manifestFolder` pins, and makes it first where it is missing or has lost
 * packages: several minutes and some 3 GB. An interrupted one is made again; two processes wait for one another. A
 * `download` that has begun already is used.
 */
export async function installN8n(
	manifestFolder = __dirname,
	download?: N8nDownload,
): Promise<N8nInstallation> {
	const place = n8nPlace(manifestFolder);
	const { version, folder, files, marker } = place;
	if (!isWhole(place)) {
		say(`  n8n ${version} goes into ${folder}: some 3 GB, a few minutes, the first time only\n`);
		const step = showStep(`Installing n8n ${version}`);
		const waiting = () => step.detail('another process is installing it, waiting');
		try {
			await withLock(`${folder}.lock`, waiting, async () => {
				if (isWhole(place)) return;
				rmSync(marker, { force: true });
				mkdirSync(folder, { recursive: true });
				for (const name of files) copyFileSync(join(manifestFolder, name), join(folder, name));
				await fill(folder, download ?? downloadN8n(manifestFolder), step);
				writeFileSync(marker, `${new Date().toISOString()}\n`);
			});
		} catch (error) {
			step.fail();
			throw error;
		}
		step.done();
	}
	return { version, folder, node: nodeIn(folder), cli: join(folder, 'node_modules', 'n8n', 'bin', 'n8n') };
}

async function fill(folder: string, download: N8nDownload, step: Step): Promise<void> {
	const startedAt = Date.now();
	const { arrivals } = download;
	const show = () =>
		step.detail(
			arrivals.total > 0
				? describeProgress([arrivals], Date.now() - startedAt)
				: `${arrivals.arrived} packages`,
		);
	const timer = setInterval(show, PROGRESS_MS);
	let sqlite: string | undefined;
	try {
		[sqlite] = await Promise.all([fetchSqlite(), download.moveTo(folder)]);
	} finally {
		clearInterval(timer);
	}
	step.detail('unpacking its Node.js');
	await runNpm(['rebuild', 'node', '--ignore-scripts=false'], { cwd: folder });
	const node = nodeIn(folder);
	step.detail('putting its SQLite driver in place');
	if (!sqlite || !(await putSqlite(folder, node, sqlite))) {
		step.detail('compiling its SQLite driver');
		await rebuildNative(folder, node, 'sqlite3');
	}
	step.detail('checking');
	const native = NATIVE_MODULES.filter((name) => existsSync(join(folder, 'node_modules', name)));
	await runProgram(node, ['-e', native.map((name) => `require('${name}');`).join('')], { cwd: folder });
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
