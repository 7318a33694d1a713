/**
 * How long to wait before asking again: Retry-After in both its forms, or the number of tries, in; milliseconds out, by
 * exponential back-off with full jitter. Nothing fails: what is no Retry-After is none.
 */

/** Back-off between tries: full jitter under a ceiling that doubles from the first value to the second. */
export const BACKOFF_BASE_MS = 1_000;
export const BACKOFF_MAX_MS = 30_000;

/** What the three forms of an HTTP date have in common: a month and a time of day (RFC 9110, 5.6.7). */
const HTTP_DATE = /\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b.{1,20}\b\d\d:\d\d:\d\d\b/i;

/**
 * Retry-After as milliseconds from `nowMs`: delay seconds or an HTTP date (RFC 9110, 10.2.3).
 * A date in the past is 0; anything else is undefined.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
	const text = value?.trim();
	if (!text) return undefined;
	if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
	const dateMs = parseHttpDate(text);
	return dateMs === undefined ? undefined : Math.max(0, dateMs - nowMs);
}

/** A date of HTTP in milliseconds since the epoch. */
function parseHttpDate(text: string): number | undefined {
	// Date.parse alone would also take "-1" or "soon 5" for a date; no such date is longer than this.
	if (text.length > LONGEST_HTTP_DATE || !HTTP_DATE.test(text)) return undefined;
	// The oldest of the three forms names no zone; all of them mean GMT.
	const dateMs = Date.parse(/gmt$/i.test(text) ? text : `${text} GMT`);
	return Number.isNaN(dateMs) ? undefined : dateMs;
}

/** "Wednesday, 30-September-26 12:00:00 GMT" has 40 characters. */
const LONGEST_HTTP_DATE = 60;

/**
 * Retry-After of an answer as milliseconds from now. A date in it is read against the answer's own Date, for the clock
 * here may be wrong; `nowMs` serves where the answer has none. Header names in lower case.
 */
export function retryAfterIn(
	headers: { 'retry-after'?: unknown; date?: unknown },
	nowMs: number,
): number | undefined {
	const value = headers['retry-after'];
	if (typeof value !== 'string') return undefined;
	return parseRetryAfter(value, parseHttpDate(String(headers.date ?? '').trim()) ?? nowMs);
}

/**
 * The wait before try number `tried + 1` (`tried` ≥ 1): at least what the service asked for, otherwise a random share
 * of a ceiling that doubles each time. `random` is from [0, 1).
 */
export function backoffMs(tried: number, retryAfterMs: number | undefined, random: number): number {
	const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** (tried - 1));
	const jitter = random * ceiling;
	// A crowd that was told the same second must not come back in the same second.
	return retryAfterMs === undefined ? jitter : retryAfterMs + random * BACKOFF_BASE_MS;
}
