/**
 * Installs a locked tree of packages with npm. Runs on a bare clone. Fails with a sentence that says what to do: no
 * connection, a full disk, no right to write, else npm's own words.
 */
const { spawn } = require('node:child_process');
const { copyFileSync, readFileSync, writeFileSync } = require('node:fs');
const { constants, setPriority } = require('node:os');
const { delimiter, dirname, join } = require('node:path');

/** As much of npm's output as is kept for an error message. */
const KEPT_LINES = 400;
/** A cut connection is tried again after 1, 3 and 9 seconds, not after 10 and 60. */
const RETRIES = ['--fetch-retries=3', '--fetch-retry-factor=3', '--fetch-retry-mintimeout=1000'];
const QUIET = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=http', ...RETRIES];
const OFFLINE =
	/\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT)\b/;
const FULL = /\b(ENOSPC|EDQUOT)\b/;
const FORBIDDEN = /\b(EACCES|EPERM|EROFS)\b/;
const BROKEN_CACHE = /\b(EINTEGRITY|TAR_BAD_ARCHIVE|Z_DATA_ERROR|Z_BUF_ERROR|EBADSIZE)\b/;

/** How to run npm with this Node.js. */
exports.npmCommand = (node) => {
	const cli = process.env.npm_execpath;
	if (cli?.endsWith('.js')) return [node, cli];
	return process.platform === 'win32' ? ['cmd.exe', '/d', '/s', '/c', 'npm'] : ['npm'];
};

/** An npm script hands its own package, folder and lifecycle down: npm in another folder must not see them. */
exports.npmEnvironment = (node) => {
	const inherited =
		/^(INIT_CWD|npm_(package|lifecycle|command|node_execpath|config_(local_prefix|node_gyp|omit|workspaces?)).*)$/i;
	const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
	return { ...own, PATH: `${dirname(node)}${delimiter}${own.PATH ?? ''}` };
};

/**
 * Runs `npm ci` or `npm install` in `folder`; calls `onArrival` for each package that has come. A package that npm's own
 * cache holds broken is fetched once more. `givesWay` leaves the processor to another install at the same time.
 */
exports.installTree = async (folder, args, onArrival, givesWay = false) => {
	const first = await run(folder, [...args, ...QUIET], onArrival, givesWay);
	if (first.code === 0) return;
	const isBroken = BROKEN_CACHE.test(first.errors);
	if (isBroken) await run(folder, ['cache', 'verify'], () => undefined);
	const { code, errors } = isBroken ? await run(folder, [...args, ...QUIET], onArrival, givesWay) : first;
	if (code !== 0) throw new Error(exports.explainNpm(errors, folder));
};

/** What npm's words mean for whoever typed the command. */
exports.explainNpm = (errors, folder) => {
	const code = (pattern) => errors.match(pattern)?.[0];
	if (code(FULL)) {
		return `The disk is full: the packages did not fit into ${folder}. n8n takes 3 GB there, and the clone 1 GB. Make room, then run the same command again.`;
	}
	if (code(OFFLINE)) {
		return `npm could not reach its registry (${code(OFFLINE)}). The first start needs the internet, later ones do not. Check the connection, or the proxy that npm is set to use, then run the same command again: what has arrived is kept.`;
	}
	if (code(FORBIDDEN)) {
		return `npm may not write into ${folder} (${code(FORBIDDEN)}). Check who owns it: it may have been made by another user, with sudo for one.`;
	}
	return `npm could not install the packages in ${folder}. It said:\n${errors}`;
};

/** Installs what `lockFile` names into `folder`, where the rest of the manifest is already. Runs no script of a package. */
exports.installLocked = async (lockFile, folder, onArrival, givesWay = false) => {
	const args = ['ci', '--ignore-scripts'];
	await copyWithAddresses(lockFile, join(folder, 'package-lock.json'));
	await exports.installTree(folder, args, onArrival, givesWay).catch(async (error) => {
		// A registry may keep its packages under other addresses than npm's own: npm looks them up.
		if (!/\bE(404|403)\b/.test(error.message)) throw error;
		copyFileSync(lockFile, join(folder, 'package-lock.json'));
		await exports.installTree(folder, args, onArrival, givesWay);
	});
};

/**
 * Copies a lockfile with the address of every package. Without it npm asks the registry for each one's list of versions,
 * and that takes longer than all the rest.
 */
async function copyWithAddresses(from, to) {
	const lock = JSON.parse(readFileSync(from, 'utf8'));
	const registry = await registryAddress(dirname(to));
	for (const [path, entry] of Object.entries(lock.packages)) {
		if (!path.startsWith('node_modules/') || !entry.integrity || entry.link) continue;
		const name = entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
		entry.resolved ??= `${registry}${name}/-/${name.split('/').at(-1)}-${entry.version}.tgz`;
	}
	writeFileSync(to, JSON.stringify(lock));
}

async function registryAddress(folder) {
	const { output } = await run(folder, ['config', 'get', 'registry'], () => undefined);
	const address = output.findLast((line) => /^https?:\/\//.test(line)) ?? '';
	return address.endsWith('/') ? address : `${address}/`;
}

async function run(folder, args, onArrival, givesWay = false) {
	const [command, ...first] = exports.npmCommand(process.execPath);
	const child = spawn(command, [...first, ...args], {
		cwd: folder,
		env: exports.npmEnvironment(process.execPath),
		stdio: ['ignore', 'pipe', 'pipe'],
		windowsHide: true,
	});
	if (givesWay && child.pid !== undefined) giveWay(child.pid);
	const end = () => child.kill();
	process.once('exit', end);
	const output = [];
	for (const stream of [child.stdout, child.stderr]) {
		let rest = '';
		stream.setEncoding('utf8').on('data', (text) => {
			const lines = (rest + text).split('\n');
			rest = lines.pop();
			output.push(...lines);
			output.splice(0, output.length - KEPT_LINES);
			for (const line of lines) if (line.includes('.tgz')) onArrival();
		});
	}
	const code = await new Promise((resolve) => {
		child.once('error', (error) => {
			output.push(`npm error ${error.message}`);
			resolve(1);
		});
		child.once('close', resolve);
	});
	process.off('exit', end);
	return { code, output, errors: errorsIn(output) };
}

/** Where the system does not allow it, both take longer. */
function giveWay(pid) {
	try {
		setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
	} catch {
		// It may have ended already.
	}
}

/** npm's own words, without where it keeps its log. */
function errorsIn(output) {
	const said = output.filter((line) => /^npm (error|ERR!)/.test(line) && !/complete log/i.test(line));
	return (said.length > 0 ? said : output).slice(-20).join('\n');
}
