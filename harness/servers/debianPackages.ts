/** Servers that come with the system: programs of Debian packages, installed where they are missing and root may. */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder } from '../process/cacheFolder';
import { withLock } from '../process/fileLock';
import { runProgram } from '../process/processes';
import { withStep } from '../process/withStep';

/** Where Debian keeps PostgreSQL's own programs, one folder per major version. */
const POSTGRES_FOLDER = '/usr/lib/postgresql';
/** Asked by Debian's packages before they start a service. */
const SERVICE_POLICY = '/usr/sbin/policy-rc.d';
const START_NO_SERVICE = '#!/bin/sh\nexit 101\n';

/**
 * The path of a package's program, after installing the package if it is missing. Throws with one sentence that says
 * what is missing when it cannot be installed.
 */
export async function findServerProgram(program: string, debianPackage: string): Promise<string> {
	const found = findProgram(program);
	if (found) return found;
	const command = `apt-get install ${debianPackage}`;
	if (process.getuid?.() !== 0 || !findProgram('apt-get')) {
		throw new Error(
			`${program} is not on this machine, and only root on Debian or Ubuntu can install it by itself: ${command}`,
		);
	}
	const lock = cacheFolder('apt.lock');
	await withLock(
		lock,
		() => undefined,
		async () => {
			if (findProgram(program)) return;
			await withStep(`Installing ${debianPackage}`, async () => await install(debianPackage));
		},
	).catch((error: Error) => {
		throw new Error(
			`${program} is not on this machine and could not be installed (${command}): ${error.message}`,
		);
	});
	const installed = findProgram(program);
	if (!installed) throw new Error(`${program} is still missing after ${command}`);
	return installed;
}

async function install(debianPackage: string): Promise<void> {
	// The tests start servers of their own; the system's would be left running.
	const setsPolicy = !existsSync(SERVICE_POLICY);
	if (setsPolicy) writeFileSync(SERVICE_POLICY, START_NO_SERVICE, { mode: 0o755 });
	try {
		const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
		await runProgram('apt-get', ['update', '-q'], { env });
		const flags = ['-yq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];
		await runProgram('apt-get', ['install', ...flags, debianPackage], { env });
	} finally {
		if (setsPolicy) rmSync(SERVICE_POLICY, { force: true });
	}
}

function findProgram(program: string): string | undefined {
	const versions = existsSync(POSTGRES_FOLDER) ? readdirSync(POSTGRES_FOLDER) : [];
	const newestFirst = versions.map(Number).sort((a, b) => b - a);
	const folders = [
		...newestFirst.map((version) => join(POSTGRES_FOLDER, String(version), 'bin')),
		...(process.env.PATH ?? '').split(delimiter),
	];
	return folders.map((folder) => join(folder, program)).find(existsSync);
}
