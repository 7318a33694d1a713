/**
 * What time it is for the servers that make and check tokens, told from the `Date` of their answers: the clock of the
 * machine that n8n runs on may be hours off. In go answers' headers by server; out comes the difference.
 */

/** Below this a clock is right: a `Date` has whole seconds, and answers take some. */
const UNNOTICED_SKEW_MS = 60_000;

/** Servers remembered: a process serves few. */
const MAX_SERVERS = 50;

/** One per process; a server that was never heard has this machine's time. */
export class ServerClock {
	private readonly skews = new Map<string, number>();

	/** Notes an answer of `server` (a name of the caller's choosing) that came at `nowMs` by this machine's clock. */
	note(server: string, headers: Record<string, unknown>, nowMs: number): void {
		const dateMs = Date.parse(String(headers.date ?? ''));
		if (Number.isNaN(dateMs)) return;
		// A cache on the way keeps the time at which it got the answer, and says how long ago that was.
		const ageMs = Number(headers.age) > 0 ? Number(headers.age) * 1000 : 0;
		this.skews.delete(server);
		this.skews.set(server, dateMs + ageMs - nowMs);
		if (this.skews.size > MAX_SERVERS) this.skews.delete(this.skews.keys().next().value!);
	}

	/** How far the first of these servers that is known is ahead of this machine, in milliseconds; undefined where none is. */
	skewMs(...servers: string[]): number | undefined {
		const skew = servers.map((server) => this.skews.get(server)).find((known) => known !== undefined);
		if (skew === undefined) return undefined;
		return Math.abs(skew) < UNNOTICED_SKEW_MS ? 0 : skew;
	}
}

/** Names a clock that is off, for the end of an error; empty where it is right or nobody can tell. */
export function describeSkew(skewMs: number | undefined): string {
	if (skewMs === undefined || skewMs === 0) return '';
	const minutes = Math.round(Math.abs(skewMs) / 60_000);
	const amount =
		minutes < 120 ? `${minutes} minute${minutes === 1 ? '' : 's'}` : `${Math.round(minutes / 60)} hours`;
	return ` The clock of the machine that n8n runs on is ${amount} ${skewMs > 0 ? 'slow' : 'fast'}: set it right.`;
}
