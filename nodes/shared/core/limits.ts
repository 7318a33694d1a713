/** The numbers that several domains decide by: the unit is in the name, the reason beside it. All others stand where they are used. */

export const BYTES_PER_MB = 1024 * 1024;

/** A status or balance answer takes well under a second; a call that hangs is given up and asked again. */
export const READ_TIMEOUT_MS = 30_000;

/** A read of a poll (status, balance) is given this long at least, though the poll is nearly over. */
export const SHORTEST_READ_MS = 5_000;

/** Tries in a row of a read (status, balance) that keeps failing before it is reported. */
export const MAX_READ_TRIES = 6;

/** A Retry-After beyond this is not waited for: the user is told instead. */
export const MAX_RETRY_AFTER_MS = 600_000;
