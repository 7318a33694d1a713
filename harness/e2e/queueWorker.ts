/** One worker of an n8n in queue mode, and which executions it took from the queue. */
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import { findFreePort } from '../../sandbox/ports';
import { installCommunityPackage } from '../n8n/communityPackage';
import { runN8nCommand } from '../n8n/host';
import type { N8nInstallation } from '../n8n/install';
import { tail, type Program } from '../process/processes';

const START_TIMEOUT_MS = 180_000;
const POLL_MS = 200;
/** What a worker writes when it takes a job. */
const STARTED = /Worker started execution (\d+) /;

export interface WorkerOptions {
	userFolder: string;
	/** The packed package: a worker needs it in its own folder. */
	tarball: string;
	installation: N8nInstallation;
	env: Record<string, string>;
}

export class Worker {
	/** Every line it wrote. */
	readonly lines: string[] = [];
	private program?: Program;

	constructor(private readonly options: WorkerOptions) {}

	/** Ids of the executions it has taken, in their order. */
	get taken(): string[] {
		return this.lines.flatMap((line) => STARTED.exec(line)?.[1] ?? []);
	}

	/** Starts it and waits until it takes jobs. Throws with the end of its log when it ends before that. */
	async start(): Promise<void> {
		const { userFolder, tarball, installation, env } = this.options;
		await installCommunityPackage(userFolder, tarball);
		const healthPort = await findFreePort();
		const health = {
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
			QUEUE_HEALTH_CHECK_PORT: String(healthPort),
			N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
		};
		this.program = await runN8nCommand(installation, ['worker'], {
			userFolder,
			port: await findFreePort(),
			brokerPort: await findFreePort(),
			env: { ...env, ...health },
			onLine: (line) => this.lines.push(line),
		});
		await waitUntilReady(healthPort, this.program);
	}

	/** SIGKILL, to it and all it started, and a new start in the same folder, as whoever supervises it would do. */
	async killAndRestart(): Promise<void> {
		this.program!.kill();
		await this.program!.ended;
		await this.start();
	}
}

/** How many of the executions each of the workers took. */
export function sharesOf(workers: Worker[], executions: Array<{ id: string }>): number[] {
	return workers.map(({ taken }) => executions.filter(({ id }) => taken.includes(id)).length);
}

async function waitUntilReady(healthPort: number, program: Program): Promise<void> {
	let hasEnded = false;
	void program.ended.then(() => (hasEnded = true));
	for (const deadline = Date.now() + START_TIMEOUT_MS; ; await sleep(POLL_MS)) {
		const answer = await axios
			.get(`http://127.0.0.1:${healthPort}/healthz/readiness`, { proxy: false, timeout: 5_000 })
			.catch(() => undefined);
		if (answer?.status === 200) return;
		if (hasEnded || Date.now() > deadline) {
			throw new Error(`A worker did not start:\n${tail(program.output, 25)}`);
		}
	}
}
