/** Tells a user at a terminal, or a reader of a log, which step is running and for how long. */

/** A log gets a sign of life this often; a terminal every second. */
const LOG_INTERVAL_MS = 15_000;
const TERMINAL_INTERVAL_MS = 1_000;

export interface Step {
	/** What is being done right now, shown after the step's name. */
	detail(text: string): void;
	/** Ends the step with a tick and the time it took. */
	done(text?: string): void;
	/** Ends the step with a cross and the time it took. */
	fail(text?: string): void;
}

/** Starts showing a step. Call `done` or `fail` on what comes back, or its timer keeps writing. */
export function showStep(name: string): Step {
	const startedAt = Date.now();
	const terminal = process.stdout.isTTY;
	let detail = '';
	const line = () => `${name}${detail ? `: ${detail}` : ''} (${formatSeconds(Date.now() - startedAt)})`;
	// A line that wraps cannot be taken back with a carriage return.
	const fit = (text: string) => text.slice(0, (process.stdout.columns || 80) - 3);
	const show = () => process.stdout.write(terminal ? `\r\x1b[2K  ${fit(line())}` : `  … ${line()}\n`);
	if (terminal) show();
	else process.stdout.write(`  … ${name}\n`);
	const timer = setInterval(show, terminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS);
	timer.unref();
	const end = (mark: string, text?: string) => {
		clearInterval(timer);
		detail = text ?? '';
		process.stdout.write(`${terminal ? '\r\x1b[2K' : ''}  ${mark} ${line()}\n`);
	};
	return {
		detail: (text) => {
			detail = text;
		},
		done: (text) => end('✔', text),
		fail: (text) => end('✖', text),
	};
}

/** Shows `name` while `work` runs; what `work` returns and throws is passed on. */
export async function withStep<T>(name: string, work: (step: Step) => Promise<T>): Promise<T> {
	const step = showStep(name);
	try {
		const result = await work(step);
		step.done();
		return result;
	} catch (error) {
		step.fail();
		throw error;
	}
}

/** 4200 → `4.2 s`, 75000 → `1 min 15 s`. */
export function formatSeconds(milliseconds: number): string {
	if (milliseconds < 9_950) return `${(milliseconds / 1000).toFixed(1)} s`;
	const seconds = Math.round(milliseconds / 1000);
	if (seconds < 60) return `${seconds} s`;
	return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
