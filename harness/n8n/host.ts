/** Starts and stops a real n8n with the packed package in it. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axios from 'axios';
import { findFreePort } from '../../sandbox/ports';
import { startProgram, tail, type Program } from '../process/processes';
import { installCommunityPackage } from './communityPackage';
import { n8nEnvironment, type N8nSettings } from './n8nEnvironment';
import { installN8n, type N8nInstallation } from './install';

/** From the start to the first answer over REST; the first start also makes the database. */
const START_TIMEOUT_MS = 180_000;
const POLL_MS = 200;
/** What asks a server on the internet whenever n8n starts, and has no switch of its own. */
const ONLINE_MODULES = ['mcp-registry'];

export interface N8nOptions extends Partial<Omit<N8nSettings, 'userFolder' | 'node' | 'disabledModules'>> {
	userFolder: string;
	/** The packed package to install as a community package before n8n starts. */
	tarball?: string;
	/** Which n8n to run; the pinned one, installed where it is missing, when left out. */
	installation?: N8nInstallation;
	/** Called with each line n8n writes. */
	onLine?: (line: string) => void;
}

export interface N8nHost {
	/** Without a slash at the end. */
	readonly url: string;
	readonly port: number;
	readonly pid: number;
	readonly userFolder: string;
	/** The last part of what n8n wrote. */
	readonly log: string;
	/** Resolves when n8n has ended, for whatever reason. */
	readonly ended: Promise<number | null>;
	/** Ends n8n and everything it started. May be called again. */
	stop(): Promise<void>;
	/** Kills n8n and everything it started, as a crash would. */
	kill(): void;
}

/** Starts n8n and waits until it answers over REST. Throws with the tail of its log when it ends before that. */
export async function startN8n(options: N8nOptions): Promise<N8nHost> {
	const { userFolder } = options;
	const installation = options.installation ?? (await installN8n());
	mkdirSync(userFolder, { recursive: true });
	if (options.tarball) await installCommunityPackage(userFolder, options.tarball);
	const port = options.port ?? (await findFreePort());
	const brokerPort = options.brokerPort ?? (await findFreePort());
	const program = await runN8nCommand(installation, ['start'], { ...options, port, brokerPort });
	const url = `http://localhost:${port}`;
	try {
		await waitUntilReady(`http://127.0.0.1:${port}`, program);
	} catch (error) {
		await program.stop();
		throw error;
	}
	return {
		url,
		port,
		pid: program.pid,
		userFolder,
		get log() {
			return program.output;
		},
		ended: program.ended,
		stop: async () => await program.stop(),
		kill: () => program.kill(),
	};
}

/** Starts any of n8n's commands (`start`, `worker`, `webhook`) with the same settings; does not wait for it. */
export async function runN8nCommand(
	installation: N8nInstallation,
	args: string[],
	options: Omit<N8nSettings, 'node' | 'disabledModules'> & { onLine?: (line: string) => void },
): Promise<Program> {
	const env = n8nEnvironment({
		...options,
		node: installation.node,
		disabledModules: ONLINE_MODULES.filter((name) => hasModule(installation, name)),
	});
	return await startProgram(installation.node, [installation.cli, ...args], {
		cwd: options.userFolder,
		env,
		endWithParent: true,
		onLine: options.onLine,
	});
}

/** n8n refuses to start when told to leave out a module that it does not have. */
function hasModule(installation: N8nInstallation, name: string): boolean {
	return existsSync(join(installation.folder, 'node_modules', 'n8n', 'dist', 'modules', name));
}

async function waitUntilReady(url: string, program: Program): Promise<void> {
	let ended = false;
	let exitCode: number | null = null;
	void program.ended.then((code) => {
		ended = true;
		exitCode = code;
	});
	const deadline = Date.now() + START_TIMEOUT_MS;
	while (Date.now() < deadline) {
		if (ended) throw new Error(`n8n ended with ${exitCode} while it was starting:\n${lastWords(program)}`);
		// The health check answers before the REST routes exist: ask a route that the editor asks first.
		const answer = await axios
			.get(`${url}/rest/settings`, { timeout: 5_000, proxy: false, validateStatus: () => true })
			.catch(() => undefined);
		if (answer?.status === 200 && typeof answer.data === 'object') return;
		await new Promise((resolve) => setTimeout(resolve, POLL_MS));
	}
	throw new Error(`n8n did not answer within ${START_TIMEOUT_MS / 1000} s:\n${lastWords(program)}`);
}

/** The end of n8n's log without the hundreds of lines about its database's migrations. */
function lastWords({ output }: Program): string {
	return tail(output.replace(/^(Starting|Finished) migration .*\n/gm, ''), 15);
}
