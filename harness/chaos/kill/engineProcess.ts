/** Processes that run n8n's engine, seen from their parent: started ahead of need, handed runs, and killed. */
import { build } from 'esbuild';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeepNotes, Message, NoteCall, RunEnd, RunOrder } from './engineMessages';

interface Running {
	end(end: RunEnd | undefined): void;
	break(error: Error): void;
	started?: (row: string) => void;
}

const ROOT = join(__dirname, '..', '..', '..');
/** Beneath the packages, so that what lies here finds them. */
const CACHE = join(ROOT, 'node_modules', '.cache', 'image3d');
/** Executions of one process; the next process counts on from there, as n8n's database does. */
const EXECUTIONS_OF_A_PROCESS = 1_000;

export class EngineProcess {
	/** It takes runs. */
	readonly ready: Promise<void>;
	private readonly running = new Map<number, Running>();
	private readonly folder = mkdtempSync(join(tmpdir(), 'image3d-kill-'));
	private readonly child: ChildProcess;
	private nextId = 0;

	constructor(
		script: string,
		number: number,
		private readonly keepNotes: KeepNotes,
	) {
		const args = [join(this.folder, 'n8n.log'), String(number * EXECUTIONS_OF_A_PROCESS)];
		this.child = spawn(process.execPath, [script, ...args], {
			cwd: ROOT,
			// Jest's own settings would change how n8n's modules are read.
			env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' },
			stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
		});
		this.ready = new Promise((resolve, reject) => {
			this.child.once('message', () => resolve());
			this.child.once('exit', () => reject(new Error('A process with the engine ended while it started')));
		});
		this.ready.catch(() => undefined);
		this.child.on('message', (message: Message) => this.hear(message));
		this.child.once('exit', () => {
			for (const { end } of this.running.values()) end(undefined);
			this.running.clear();
		});
	}

	/**
	 * Resolves when the run has ended, with undefined when the process ended first; `started` gets what the database then has
	 * of the execution. Rejects with what broke the harness.
	 */
	async run(order: Omit<RunOrder, 'id'>, started?: (row: string) => void): Promise<RunEnd | undefined> {
		await this.ready;
		const id = ++this.nextId;
		return await new Promise((resolve, reject) => {
			this.running.set(id, { end: resolve, break: reject, started });
			this.child.send({ ...order, id });
		});
	}

	private hear(message: Message): void {
		if (message === 'ready') return;
		if ('note' in message) return void this.answerNote(message);
		const running = this.running.get(message.id);
		if ('row' in message) return running?.started?.(message.row);
		this.running.delete(message.id);
		if ('broke' in message) running?.break(new Error(message.broke));
		else running?.end(message);
	}

	private async answerNote({ note, method, args }: NoteCall): Promise<void> {
		const answer = await this.keepNotes(method, args).then(
			(value) => ({ noted: note, value }),
			(error: Error) => ({ noted: note, error: error.message }),
		);
		// A process that has died hears nothing.
		if (this.child.connected) this.child.send(answer, () => undefined);
	}

	/** SIGKILL; resolves when it is gone. */
	async kill(): Promise<void> {
		if (this.child.exitCode !== null || this.child.signalCode !== null) return;
		const gone = once(this.child, 'exit');
		this.child.kill('SIGKILL');
		await gone;
	}

	/** What it wrote into its log, also after its end. */
	get log(): string {
		try {
			return readFileSync(join(this.folder, 'n8n.log'), 'utf8');
		} catch {
			return '';
		}
	}

	/** Kills it, and removes its folder. */
	async remove(): Promise<void> {
		await this.kill();
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** Starts the next process while the last one works. */
export class EngineProcesses {
	private count = 0;
	private next: EngineProcess | undefined;
	private readonly all = new Set<EngineProcess>();

	private constructor(
		private readonly folder: string,
		private readonly keepNotes: KeepNotes,
	) {}

	/** Turns what they run into JavaScript once: to have it done by each takes longer than to load all of n8n's engine. */
	static async open(keepNotes: KeepNotes): Promise<EngineProcesses> {
		mkdirSync(CACHE, { recursive: true });
		const processes = new EngineProcesses(mkdtempSync(join(CACHE, 'engine-')), keepNotes);
		await build({
			entryPoints: [join(__dirname, 'engineWorker.ts')],
			outfile: processes.script,
			...{ bundle: true, platform: 'node', format: 'cjs', packages: 'external', sourcemap: 'inline' },
		});
		return processes;
	}

	take(): EngineProcess {
		const taken = this.next ?? this.start();
		this.next = this.start();
		return taken;
	}

	/** Ends one that is no longer needed. */
	async remove(process: EngineProcess): Promise<void> {
		this.all.delete(process);
		await process.remove();
	}

	async close(): Promise<void> {
		await Promise.all([...this.all].map(async (process) => await this.remove(process)));
		rmSync(this.folder, { recursive: true, force: true });
	}

	private get script(): string {
		return join(this.folder, 'engineWorker.cjs');
	}

	private start(): EngineProcess {
		const process = new EngineProcess(this.script, ++this.count, this.keepNotes);
		this.all.add(process);
		return process;
	}
}
