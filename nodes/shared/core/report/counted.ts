/** Numbers in sentences: a count and its noun in, words out that read right for none, one and many. */
import { BYTES_PER_MB } from '../limits';

/** "no credits", "1 credit", "12.5 credits". `many` is the noun's plural, by default with an s. */
export function counted(count: number, one: string, many = `${one}s`): string {
	const digits = inDigits(count);
	return digits === 'none' ? `no ${many}` : `${digits} ${digits === '1' ? one : many}`;
}

/** A count whose noun was said before: "none", "1", "12.5"; not 0.30000000000000004, and no exponent. */
export function inDigits(count: number): string {
	const rounded = Math.round(count * 100) / 100;
	return rounded === 0 ? 'none' : String(rounded);
}

/** Milliseconds as seconds; what rounds to none is "less than a second". */
export function inSeconds(ms: number): string {
	const seconds = Math.round(ms / 1000);
	return seconds < 1 ? 'less than a second' : counted(seconds, 'second');
}

/** Bytes as megabytes with at most one decimal; what rounds to none is "less than 0.1 MB". */
export function inMegabytes(bytes: number): string {
	const megabytes = Math.round((bytes / BYTES_PER_MB) * 10) / 10;
	return megabytes === 0 ? 'less than 0.1 MB' : `${megabytes} MB`;
}
