/** How long to wait before asking again: Retry-After in both its forms, and exponential back-off with full jitter. */
import { BACKOFF_BASE_MS, BACKOFF_MAX_MS } from './limits';

/** What the three forms of an HTTP date have in common: a month and a time of day (RFC 9110, 5.6.7). */
const HTTP_DATE = /\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b.*\b\d\d:\d\d:\d\d\b/i;

/**
 * Retry-After as milliseconds from `nowMs`: delay seconds or an HTTP date (RFC 9110, 10.2.3).
 * A date in the past is 0; anything else is undefined.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
	const text = value?.trim();
	if (!text) return undefined;
	if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
	// Date.parse alone would also take "-1" or "soon 5" for a date.
	if (!HTTP_DATE.test(text)) return undefined;
	// The oldest of the three forms names no zone; all of them mean GMT.
	const date = Date.parse(/gmt$/i.test(text) ? text : `${text} GMT`);
	return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
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
