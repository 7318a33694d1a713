/** Starts this repository's sandbox of the Image3D service and tells where it is. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../../sandbox/ports';
import { startProgram, tail } from '../process/processes';

/** Firebase's Auth Emulator takes most of it: some 13 s on two cores. */
const START_TIMEOUT_MS = 180_000;

export interface SandboxOptions {
	/** Jobs run this many times faster than the real service's. */
	speed: number;
	/** Seconds an ID token lives; an hour when left out. */
	tokenLifetimeSeconds?: number;
	/** The API's port, the CDN's is the next and the emulator's the one after; any free ones when left out. */
	firstPort?: number;
	onLine?: (line: string) => void;
}

export interface RunningSandbox {
	baseUrl: string;
	cdnUrl: string;
	/** Base URL of the Firebase Auth Emulator. */
	authUrl: string;
	webApiKey: string;
	user: { email: string; emailLink: string; refreshToken: string; uid: string };
	ended: Promise<number | null>;
	/** May be called again. */
	stop(): Promise<void>;
}

/** Starts the sandbox of the repository in `root`; takes other free ports where the wanted ones are taken. */
export async function startSandbox(root: string, options: SandboxOptions): Promise<RunningSandbox> {
	const folder = mkdtempSync(join(tmpdir(), 'image3d-sandbox-'));
	const readyFile = join(folder, 'ready.json');
	const args = ['--import', 'tsx', join('sandbox', 'main.ts')];
	const { firstPort } = options;
	for (const [index, flag] of ['--port', '--cdn-port', '--auth-port'].entries()) {
		args.push(flag, firstPort ? String(await findFreePort(firstPort + index)) : '0');
	}
	args.push('--speed', String(options.speed), '--ready-file', readyFile);
	if (options.tokenLifetimeSeconds) args.push('--token-lifetime', String(options.tokenLifetimeSeconds));
	const program = await startProgram(process.execPath, args, {
		cwd: root,
		endWithParent: true,
		onLine: options.onLine,
	});
	try {
		let ended = false;
		void program.ended.then(() => (ended = true));
		const deadline = Date.now() + START_TIMEOUT_MS;
		while (!existsSync(readyFile)) {
			if (ended) throw new Error(`The sandbox ended while it was starting:\n${tail(program.output, 25)}`);
			if (Date.now() > deadline) throw new Error(`The sandbox did not start:\n${tail(program.output, 25)}`);
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
		const ready = await readJson(readyFile);
		return { ...ready, ended: program.ended, stop: async () => await program.stop() };
	} catch (error) {
		await program.stop();
		throw error;
	} finally {
		// It holds the demo user's tokens.
		rmSync(folder, { recursive: true, force: true });
	}
}

async function readJson(path: string): Promise<Omit<RunningSandbox, 'ended' | 'stop'>> {
	for (let attempt = 0; ; attempt++) {
		try {
			return JSON.parse(readFileSync(path, 'utf8'));
		} catch (error) {
			// The file may be there before its content is.
			if (attempt > 20) throw error;
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	}
}
