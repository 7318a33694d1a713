/** A server of one test suite: on a free loopback port, in a folder of its own that goes when it stops. */
import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram, tail, type Program } from '../process/processes';

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

export interface OwnServer {
	readonly port: number;
	/** Ends the server and removes its folder. */
	stop(): Promise<void>;
}

/** The user and group a server runs as. */
export interface Account {
	uid: number;
	gid: number;
}

/** The first of the users that this system has. Throws when it has none of them. */
export function findAccount(...users: string[]): Account {
	for (const user of users) {
		try {
			const [uid, gid] = ['-u', '-g'].map((flag) =>
				Number(execFileSync('id', [flag, user], { stdio: 'pipe' })),
			);
			return { uid, gid };
		} catch {
			// This system has no such user.
		}
	}
	throw new Error(`This system has none of the users ${users.join(', ')}`);
}

/** An empty folder that only this account can read. */
export function makeFolder(name: string, account?: Account): string {
	const folder = mkdtempSync(join(tmpdir(), `image3d-${name}-`));
	if (account) chownSync(folder, account.uid, account.gid);
	return folder;
}

/** The command line that runs a program as another user; it ends when the process that started it ends. */
export function asServer(command: string[], account?: Account): string[] {
	const user = account ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups'] : [];
	return ['setpriv', '--pdeathsig=INT', ...user, '--', ...command];
}

/** Starts the program and waits until it listens. Throws with the end of what it wrote when it does not. */
export async function startServer(commandLine: string[], port: number, folder: string): Promise<OwnServer> {
	const [command, ...args] = commandLine;
	const program = await startProgram(command, args, { cwd: folder });
	const stop = async () => {
		await program.stop();
		rmSync(folder, { recursive: true, force: true });
	};
	try {
		await waitUntilListening(program, port);
	} catch (error) {
		await stop();
		throw error;
	}
	return { port, stop };
}

async function waitUntilListening(program: Program, port: number): Promise<void> {
	let hasEnded = false;
	void program.ended.then(() => (hasEnded = true));
	for (const deadline = Date.now() + START_TIMEOUT_MS; !(await isListening(port)); ) {
		if (hasEnded || Date.now() > deadline) {
			throw new Error(`A server did not start on port ${port}:\n${tail(program.output, 15)}`);
		}
		await new Promise((resolve) => setTimeout(resolve, POLL_MS));
	}
}

async function isListening(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1');
		socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
		socket.once('connect', () => socket.destroy());
	});
}
