/**
 * Makes a bare clone ready: checks the Node.js version and installs the dependencies where they are missing or out of
 * date. Plain JavaScript without dependencies, because nothing else can run yet.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import npm from '../harness/bare/npm.cjs';
import timeLeft from '../harness/bare/timeLeft.cjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const MIN_NODE_MAJOR = 20;
/** Where the packages arrive: on the same disk, so that they can be moved in one go. */
const ASIDE = '.arriving';
/** A log gets a line of progress this often, a terminal every second. */
const LOG_INTERVAL_MS = 15_000;
const TERMINAL_INTERVAL_MS = 1_000;

/**
 * Ends the process with a sentence when this machine cannot go on. `others` are the arrivals of what is installed at the
 * same time, to be shown in the same line.
 */
export async function prepare(others = []) {
	if (isInstalled()) return;
	const release = await lock();
	try {
		if (!isInstalled()) await install(others);
	} finally {
		release();
	}
}

/** Ends the process with a sentence when its Node.js is too old. */
export function checkNode() {
	const major = Number(process.versions.node.split('.')[0]);
	if (major >= MIN_NODE_MAJOR) return;
	fail(
		`This needs Node.js ${MIN_NODE_MAJOR} or newer, and this is ${process.version}. Install a newer one from ` +
			'https://nodejs.org, or with nvm: nvm install --lts',
	);
}

/** Whether every package that the lockfile asks for is there in the version it asks for. */
function isInstalled() {
	const wanted = readPackages('package-lock.json');
	const there = readPackages(join('node_modules', '.package-lock.json'));
	return Object.entries(wanted).every(([path, { version, optional, devOptional, link, peer }]) => {
		if (!path.includes('node_modules/') || optional || devOptional || link || peer) return true;
		// npm's own note, and a look at the folder: somebody may have taken a package away since.
		return there[path]?.version === version && existsSync(join(ROOT, path, 'package.json'));
	});
}

function readPackages(path) {
	const file = join(ROOT, path);
	return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {};
}

async function install(others) {
	const own = {
		name: 'this project',
		arrived: 0,
		total: Object.keys(readPackages('package-lock.json')).length,
	};
	const startedAt = Date.now();
	const seconds = () => Math.round((Date.now() - startedAt) / 1000);
	process.stdout.write('\n  … Installing the dependencies with npm, a minute or two the first time\n');
	const terminal = process.stdout.isTTY;
	const show = () => {
		const line = `Installing: ${timeLeft.describeProgress([own, ...others], Date.now() - startedAt)} (${seconds()} s)`;
		const width = (process.stdout.columns || 80) - 3;
		process.stdout.write(terminal ? `\r\x1b[2K  ${line.slice(0, width)}` : `  … ${line}\n`);
	};
	const timer = setInterval(show, terminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS);
	// Where something is installed already, only what differs is changed: another program may be using the rest.
	const note = join(ROOT, 'node_modules', '.package-lock.json');
	const isHalf = existsSync(note) && !isNoteTrue();
	if (isHalf) rmSync(note);
	const onArrival = () => (own.arrived += 1);
	try {
		if (existsSync(note)) await npm.installTree(ROOT, ['install', '--no-save'], onArrival);
		else await installAside(onArrival, others.length > 0);
	} catch (error) {
		fail(`${terminal ? '\n' : ''}${error.message}`);
	} finally {
		clearInterval(timer);
	}
	process.stdout.write(`${terminal ? '\r\x1b[2K' : ''}  ✔ Installed the dependencies (${seconds()} s)\n`);
}

/**
 * Beside the clone's own folder, and moved there when it is whole. What takes longest, n8n, comes first: npm unpacks in one
 * thread, so that the other processor is enough for this project.
 */
async function installAside(onArrival, givesWay) {
	const aside = join(ROOT, ASIDE);
	const remove = () => rmSync(aside, { recursive: true, force: true });
	remove();
	process.once('exit', remove);
	const { workspaces } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
	for (const file of ['package.json', '.npmrc', ...workspaces.map((name) => join(name, 'package.json'))]) {
		if (existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(aside, file));
	}
	await npm.installLocked(join(ROOT, 'package-lock.json'), aside, onArrival, givesWay);
	// A workspace may have some of its own, where it needs another version.
	for (const folder of ['node_modules', ...workspaces.map((name) => join(name, 'node_modules'))]) {
		rmSync(join(ROOT, folder), { recursive: true, force: true });
		if (existsSync(join(aside, folder))) renameSync(join(aside, folder), join(ROOT, folder));
	}
	remove();
	process.off('exit', remove);
}

/** npm believes its own note: with it, a package that somebody has taken away would not be put back. */
function isNoteTrue() {
	const there = Object.keys(readPackages(join('node_modules', '.package-lock.json')));
	return there.every((path) => existsSync(join(ROOT, path)));
}

/** npm cannot install twice at once into one folder. Returns what releases the lock. */
async function lock() {
	const path = join(tmpdir(), `image3d-${createHash('sha256').update(ROOT).digest('hex').slice(0, 12)}.lock`);
	for (let isFirst = true; ; isFirst = false) {
		try {
			writeFileSync(path, String(process.pid), { flag: 'wx' });
			return () => rmSync(path, { force: true });
		} catch (error) {
			if (error.code !== 'EEXIST') throw error;
		}
		if (!isAlive(path)) rmSync(path, { force: true });
		else if (isFirst)
			process.stdout.write('  … Waiting for another process that installs the dependencies\n');
		await new Promise((resolve) => setTimeout(resolve, 500));
	}
}

function isAlive(path) {
	try {
		process.kill(Number(readFileSync(path, 'utf8')) || process.pid, 0);
		return true;
	} catch (error) {
		return error.code === 'EPERM';
	}
}

function fail(sentence) {
	process.stderr.write(`\n${sentence}\n\n`);
	process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	checkNode();
	await prepare();
}
