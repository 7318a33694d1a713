/** The resident memory of a program while something runs, read from `/proc` where there is one. */
import { readFileSync } from 'node:fs';

const SAMPLE_MS = 250;

export interface MemoryWatch {
	/** Megabytes of 1,000,000 bytes, oldest first; empty where there is no `/proc`. */
	samples: number[];
	stop(): void;
}

/** Looks four times a second. */
export function watchMemory(pid: number): MemoryWatch {
	const samples: number[] = [];
	const look = () => {
		const megabytes = residentMegabytes(pid);
		if (megabytes !== undefined) samples.push(megabytes);
	};
	look();
	const timer = setInterval(look, SAMPLE_MS);
	return {
		samples,
		stop: () => {
			clearInterval(timer);
			look();
		},
	};
}

function residentMegabytes(pid: number): number | undefined {
	if (process.platform !== 'linux') return undefined;
	const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
	return (Number(kilobytes) * 1024) / 1e6;
}
