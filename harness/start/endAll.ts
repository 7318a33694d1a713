/** How a command that started programs ends: by Ctrl-C or by itself, once, with all of them stopped before. */
import { stopAllPrograms } from '../process/processes';
import { say } from '../process/say';

/** What a shell expects of a program that a signal ended: 128, and the signal's number. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

let isEnding = false;

/** Stops all programs and ends the process; the first call decides with which exit code. */
export async function endAll(exitCode: number): Promise<void> {
	if (isEnding) return;
	isEnding = true;
	await stopAllPrograms();
	process.exit(exitCode);
}

/** Says what went wrong and ends; silent where the end has begun, which is what broke it. */
export async function endWithError(error: unknown): Promise<void> {
	if (isEnding) return;
	say(`\n${error instanceof Error ? error.message : String(error)}\n`);
	await endAll(1);
}

/** From now on Ctrl-C and the like end everything. */
export function endOnSignals(): void {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(signal, () => {
			if (!isEnding) say('\n  Ending n8n and the sandbox …\n');
			void endAll(EXIT_CODES[signal]);
		});
	}
}
