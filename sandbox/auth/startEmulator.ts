/** The real Firebase Auth Emulator as a child process: started on free ports, ended with its parent. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../ports';

/** Milliseconds the auth emulator may take to start. */
const EMULATOR_START_MS = 90_000;

/** A `demo-` project never reaches out to Google. */
export const PROJECT_ID = 'demo-image3d';

export interface Emulator {
	/** `127.0.0.1:port`, as `FIREBASE_AUTH_EMULATOR_HOST` wants it. */
	host: string;
	pid: number;
	close(): Promise<void>;
}

/**
 * Starts the emulator and waits until it answers (some 6 to 15 seconds).
 * @throws Error with the CLI's last lines when it ends or stays silent for 90 seconds.
 */
export async function startEmulator(): Promise<Emulator> {
	const folder = mkdtempSync(join(tmpdir(), 'image3d-auth-'));
	const [port, hubPort, loggingPort] = [await findFreePort(), await findFreePort(), await findFreePort()];
	const host = '127.0.0.1';
	const config = {
		emulators: {
			auth: { host, port },
			hub: { host, port: hubPort },
			logging: { host, port: loggingPort },
			ui: { enabled: false },
		},
	};
	writeFileSync(join(folder, 'firebase.json'), JSON.stringify(config));
	const child = spawn(
		process.execPath,
		[
			'--require',
			join(__dirname, 'endEmulator.cjs'),
			require.resolve('firebase-tools/lib/bin/firebase.js'),
			...['emulators:start', '--only', 'auth', '--project', PROJECT_ID, '--non-interactive'],
		],
		{ cwd: folder, env: environment(folder), stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
	);
	// Neither the channel nor the child should keep a process alive that has otherwise finished.
	child.channel?.unref();
	const output = lastOutput(child);
	const close = async () => {
		await end(child);
		rmSync(folder, { recursive: true, force: true });
	};
	try {
		await waitUntilReady(child, `http://${host}:${port}/`);
	} catch (error) {
		await close();
		throw new Error(`${(error as Error).message}\n${output()}`);
	}
	return { host: `${host}:${port}`, pid: child.pid as number, close };
}

/** No look-ups: CI stops the message of the day, the rest update checks and usage reports. */
function environment(folder: string): NodeJS.ProcessEnv {
	const inherited = { ...process.env };
	for (const name of ['NODE_OPTIONS', 'FIREBASE_AUTH_EMULATOR_HOST', 'FIREBASE_TOKEN', 'DEBUG']) {
		delete inherited[name];
	}
	return {
		...inherited,
		CI: '1',
		NO_UPDATE_NOTIFIER: '1',
		FIREBASE_CLI_DISABLE_UPDATE_CHECK: '1',
		XDG_CONFIG_HOME: folder,
		TMPDIR: folder,
		IMAGE3D_EMULATOR_FOLDER: folder,
	};
}

function lastOutput(child: ChildProcess): () => string {
	let text = '';
	const collect = (chunk: Buffer) => {
		text = (text + chunk.toString()).slice(-4000);
	};
	child.stdout?.on('data', collect);
	child.stderr?.on('data', collect);
	return () => text;
}

async function waitUntilReady(child: ChildProcess, url: string): Promise<void> {
	const deadline = Date.now() + EMULATOR_START_MS;
	while (Date.now() < deadline) {
		if (child.exitCode !== null || child.signalCode !== null) {
			throw new Error('The auth emulator ended while it started');
		}
		const answer = await fetch(url).catch(() => undefined);
		if (answer?.ok) return;
		await sleep(100);
	}
	throw new Error('The auth emulator did not answer in time');
}

async function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const exited = once(child, 'exit');
	child.kill('SIGTERM');
	const gone = await Promise.race([exited.then(() => true), sleep(3_000, false, { ref: false })]);
	if (!gone) {
		child.kill('SIGKILL');
		await exited;
	}
}
