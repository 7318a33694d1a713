/** The command line: ready file, and no process left behind however it ends. */
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import { SandboxClient, startSandboxProcess } from '../../harness/sandbox/sandbox';

const MAIN = join(__dirname, '..', '..', 'sandbox', 'main.ts');

const run = (...options: string[]) =>
	spawnSync(process.execPath, ['--import', 'tsx', MAIN, ...options], { encoding: 'utf8' });

/** The sandbox's own children: the emulator. */
const childrenOf = (pid: number) =>
	execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
		.trim()
		.split(/\s+/)
		.map(Number);

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

async function waitUntilGone(pids: number[]): Promise<boolean> {
	for (let round = 0; round < 100 && pids.some(isAlive); round += 1) await sleep(50);
	return !pids.some(isAlive);
}

/** The sign-in service alone takes 7 seconds of a core to start: many, where others use the machine, too. */
const START_MS = 120_000;

describe('npm run sandbox', () => {
	it('prints its options for --help', () => {
		const { status, stdout } = run('--help');
		expect(status).toBe(0);
		for (const option of [
			'--port',
			'--cdn-port',
			'--auth-port',
			'--speed',
			'--token-lifetime',
			'--ready-file',
		]) {
			expect(stdout).toContain(option);
		}
	});

	it('refuses what it does not understand', () => {
		expect(run('--speed', 'fast')).toMatchObject({ status: 1, stderr: expect.stringContaining('--speed') });
		expect(run('--color').status).toBe(1);
	});

	it(
		'leaves no process behind when it is told to end',
		async () => {
			const { child, ready, stop } = await startSandboxProcess();
			const pids = [ready.pid, ...childrenOf(ready.pid)];
			expect(pids).toHaveLength(2);
			const exited = once(child, 'exit');
			child.kill('SIGTERM');
			expect(await exited).toEqual([0, null]);
			expect(await waitUntilGone(pids)).toBe(true);
			await stop();
		},
		START_MS,
	);

	it(
		'has a demo user who can sign in, and leaves no process behind when it is killed',
		async () => {
			const { child, ready, stop } = await startSandboxProcess({ speed: 7 });
			const { authUrl, webApiKey, baseUrl, user } = ready;
			const answer = await axios.post(
				`${authUrl}/securetoken.googleapis.com/v1/token?key=${webApiKey}`,
				new URLSearchParams({ grant_type: 'refresh_token', refresh_token: user.refreshToken }),
				{ headers: { Referer: `${baseUrl}/` } },
			);
			const balance = await new SandboxClient(ready).api(answer.data.id_token).get('/balance');
			expect(balance.data).toEqual({ balance: 500, unit: 'credits' });
			const emulator = childrenOf(ready.pid);
			const folder = execFileSync('readlink', [`/proc/${emulator[0]}/cwd`], { encoding: 'utf8' }).trim();
			expect(existsSync(folder)).toBe(true);
			child.kill('SIGKILL');
			expect(await waitUntilGone([ready.pid, ...emulator])).toBe(true);
			expect(existsSync(folder)).toBe(false);
			await stop();
		},
		START_MS,
	);
});
