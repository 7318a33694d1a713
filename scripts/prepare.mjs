/**
 * Makes a bare clone ready: checks the Node.js version and installs the dependencies where they are missing or out of
 * date. Plain JavaScript without dependencies, because nothing else can run yet.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const MIN_NODE_MAJOR = 20;

/** Ends the process with a sentence when this machine cannot go on. */
export async function prepare() {
	const major = Number(process.versions.node.split('.')[0]);
	if (major < MIN_NODE_MAJOR) {
		fail(
			`This needs Node.js ${MIN_NODE_MAJOR} or newer, and this is ${process.version}. Install a newer one from ` +
				'https://nodejs.org, or with nvm: nvm install --lts',
		);
	}
	if (isInstalled()) return;
	const release = await lock();
	try {
		if (!isInstalled()) await install();
	} finally {
		release();
	}
}

/** Whether every package that the lockfile asks for is there in the version it asks for, as npm itself noted. */
function isInstalled() {
	const wanted = readPackages('package-lock.json');
	const there = readPackages(join('node_modules', '.package-lock.json'));
	return Object.entries(wanted).every(([path, { version, optional, devOptional, link, peer }]) => {
		if (!path.startsWith('node_modules/') || optional || devOptional || link || peer) return true;
		return there[path]?.version === version;
	});
}

function readPackages(path) {
	const file = join(ROOT, path);
	return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {};
}

async function install() {
	const total = Object.keys(readPackages('package-lock.json')).length;
	const startedAt = Date.now();
	let arrived = 0;
	process.stdout.write('\n  … Installing the dependencies with npm, a minute or two the first time\n');
	const timer = setInterval(() => {
		const seconds = Math.round((Date.now() - startedAt) / 1000);
		process.stdout.write(`  … Installing the dependencies: ${arrived} of ${total} packages (${seconds} s)\n`);
	}, 15_000);
	// Where something is installed already, only what differs is changed: another program may be using the rest.
	const command = existsSync(join(ROOT, 'node_modules', '.package-lock.json'))
		? ['install', '--no-save']
		: ['ci'];
	const { code, output } = await runNpm(
		[...command, '--loglevel=http', '--no-audit', '--no-fund'],
		(line) => {
			if (line.includes('.tgz')) arrived += 1;
		},
	);
	clearInterval(timer);
	if (code !== 0) {
		const said = output.filter((line) => /^npm (error|ERR!)/.test(line)).slice(-20);
		fail(`npm could not install the dependencies:\n${said.join('\n') || output.slice(-20).join('\n')}`);
	}
	process.stdout.write(
		`  ✔ Installed the dependencies (${Math.round((Date.now() - startedAt) / 1000)} s)\n`,
	);
}

async function runNpm(args, onLine) {
	const cli = process.env.npm_execpath;
	const isScript = cli?.endsWith('.js');
	// Only a shell finds npm.cmd on Windows.
	const options = { cwd: ROOT, shell: !isScript && process.platform === 'win32' };
	const child = spawn(isScript ? process.execPath : 'npm', isScript ? [cli, ...args] : args, options);
	const output = [];
	for (const stream of [child.stdout, child.stderr]) {
		let rest = '';
		stream.setEncoding('utf8').on('data', (text) => {
			const lines = (rest + text).split('\n');
			rest = lines.pop();
			output.push(...lines);
			lines.forEach(onLine);
		});
	}
	return await new Promise((resolve) => {
		child.once('error', (error) => resolve({ code: 1, output: [error.message] }));
		child.once('close', (code) => resolve({ code, output }));
	});
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

if (process.argv[1] === fileURLToPath(import.meta.url)) await prepare();
