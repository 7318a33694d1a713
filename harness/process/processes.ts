/** Programs this project starts: each in a process group of its own, so that stopping it stops all it started. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** How long a program may take to end by itself before it is killed. */
const GRACE_MS = 10_000;
/** As much of a program's output as is kept for an error message. */
const KEPT_OUTPUT_CHARS = 200_000;

export interface ProgramOptions {
	cwd?: string;
	env?: NodeJS.ProcessEnv;
	/** What to call it in an error; the command when left out. */
	name?: string;
	/** For Node.js programs: it ends when this process ends in any way, a kill included. */
	endWithParent?: boolean;
	/** Called with each line the program writes, on either stream. */
	onLine?: (line: string) => void;
}

export interface Program {
	readonly pid: number;
	/** The last part of what it wrote, both streams in order. */
	readonly output: string;
	/** Resolves when the program has ended: its exit code, or null when a signal ended it. */
	readonly ended: Promise<number | null>;
	/** Asks the whole group to end, kills what is left after a grace period. May be called again. */
	stop(): Promise<void>;
	/** Kills the whole group at once. */
	kill(): void;
}

const running = new Map<number, Program>();
let exitHandlerInstalled = false;

/** Starts a program without a shell. It is killed when this process exits. Throws when it cannot be started. */
export async function startProgram(
	command: string,
	args: string[],
	options: ProgramOptions = {},
): Promise<Program> {
	const allArgs = options.endWithParent ? ['--require', join(__dirname, 'endWithParent.cjs'), ...args] : args;
	const child = spawn(command, allArgs, {
		cwd: options.cwd,
		env: options.env ?? process.env,
		stdio: ['ignore', 'pipe', 'pipe', ...(options.endWithParent ? (['ipc'] as const) : [])],
		detached: process.platform !== 'win32',
		windowsHide: true,
	});
	const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
	await new Promise<void>((resolve, reject) => {
		child.once('spawn', resolve);
		child.once('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
	});
	const pid = child.pid!;
	let output = '';
	for (const stream of [child.stdout!, child.stderr!]) {
		let rest = '';
		stream.setEncoding('utf8').on('data', (text: string) => {
			output = (output + text).slice(-KEPT_OUTPUT_CHARS);
			const lines = (rest + text).split('\n');
			rest = lines.pop()!;
			for (const line of lines) options.onLine?.(line);
		});
	}
	let stopping: Promise<void> | undefined;
	const program: Program = {
		pid,
		get output() {
			return output;
		},
		ended,
		kill: () => signalGroup(pid, 'SIGKILL'),
		stop: async () => await (stopping ??= stopGroup(pid, ended)),
	};
	track(program);
	return program;
}

/** Stops every program that is still running. */
export async function stopAllPrograms(): Promise<void> {
	await Promise.all([...running.values()].map(async (program) => await program.stop()));
}

/** Runs a program to its end. Throws with the tail of its output when the exit code is not 0. */
export async function runProgram(
	command: string,
	args: string[],
	options: ProgramOptions = {},
): Promise<string> {
	const program = await startProgram(command, args, options);
	const code = await program.ended;
	if (code !== 0) {
		throw new Error(`${options.name ?? command} ended with ${code}:\n${tail(program.output, 25)}`);
	}
	return program.output;
}

/** The last lines of a text. */
export function tail(text: string, lines: number): string {
	return text.trimEnd().split('\n').slice(-lines).join('\n');
}

function track(program: Program): void {
	running.set(program.pid, program);
	// A group outlives its leader when a grandchild lives on: it is forgotten only when the group is gone.
	void program.ended.then(() => {
		if (!isGroupAlive(program.pid)) running.delete(program.pid);
	});
	if (exitHandlerInstalled) return;
	exitHandlerInstalled = true;
	process.on('exit', () => {
		for (const pid of running.keys()) signalGroup(pid, 'SIGKILL');
	});
}

async function stopGroup(pid: number, ended: Promise<unknown>): Promise<void> {
	signalGroup(pid, 'SIGTERM');
	const deadline = Date.now() + GRACE_MS;
	while (isGroupAlive(pid) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
	signalGroup(pid, 'SIGKILL');
	await ended;
	running.delete(pid);
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
	if (process.platform === 'win32') {
		spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' });
		return;
	}
	try {
		process.kill(-pid, signal);
	} catch {
		// The group has ended already.
	}
}

function isGroupAlive(pid: number): boolean {
	try {
		process.kill(process.platform === 'win32' ? pid : -pid, 0);
		return true;
	} catch {
		return false;
	}
}
