/** Runs a sandbox as a process of its own, the way `npm run sandbox` does, and ends it again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the sandbox's `--ready-file` holds. */
export interface SandboxReady {
	baseUrl: string;
	cdnUrl: string;
	authUrl: string;
	webApiKey: string;
	user: { email: string; refreshToken: string; emailLink: string; uid: string };
	pid: number;
}

export interface SandboxProcess {
	ready: SandboxReady;
	child: ChildProcess;
	/** Ends it as Ctrl-C would, and waits until it is gone. */
	stop(): Promise<void>;
}

const ROOT = join(__dirname, '..', '..');
const START_MS = 120_000;

/**
 * Starts a sandbox on free ports; it ends with this process at the latest.
 * @throws Error when it ends early or is not ready within two minutes.
 */
export async function startSandboxProcess(options: { speed?: number } = {}): Promise<SandboxProcess> {
	const folder = mkdtempSync(join(tmpdir(), 'image3d-sandbox-'));
	const readyFile = join(folder, 'ready.json');
	const ports = ['--port', '0', '--cdn-port', '0', '--auth-port', '0'];
	const settings = ['--speed', String(options.speed ?? 20), '--ready-file', readyFile];
	const child = spawn(
		process.execPath,
		['--import', 'tsx', join(ROOT, 'sandbox', 'main.ts'), ...ports, ...settings],
		{ cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
	);
	child.channel?.unref();
	child.unref();
	const stop = async () => {
		if (child.exitCode === null && child.signalCode === null) {
			const exited = once(child, 'exit');
			child.ref();
			child.kill('SIGINT');
			await exited;
		}
		rmSync(folder, { recursive: true, force: true });
	};
	try {
		return { ready: await waitForReadyFile(child, readyFile), child, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

async function waitForReadyFile(child: ChildProcess, path: string): Promise<SandboxReady> {
	const deadline = Date.now() + START_MS;
	while (Date.now() < deadline) {
		if (child.exitCode !== null || child.signalCode !== null) {
			throw new Error('The sandbox ended while it started');
		}
		if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as SandboxReady;
		await sleep(100);
	}
	throw new Error('The sandbox was not ready in time');
}
