/**
 * Reads a parameter whose expression may be broken: the reading in, its value or nothing out. What was broken is told where
 * the item is worked on.
 */

/** What `read` returns; undefined where it throws. */
export function attempt<T>(read: () => T): T | undefined {
	try {
		return read();
	} catch {
		return undefined;
	}
}
