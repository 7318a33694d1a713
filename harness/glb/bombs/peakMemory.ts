/** The most memory that this process has had since it last forgot. */
import { readFileSync, writeFileSync } from 'node:fs';

/** Lets the kernel count the peak from here on (Linux, proc_pid_clear_refs). */
export function forgetPeak(): void {
	writeFileSync('/proc/self/clear_refs', '5');
}

/** The most resident memory of this process, bytes. `getrusage` would count the parent's, too. */
export function peakMemory(): number {
	const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'latin1'))!;
	return Number(kilobytes) * 1024;
}
