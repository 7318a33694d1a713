/** No two files of one run under one name: stems in, each with a number behind it where it was given out before. */
import { appendToStem } from './modelFileName';

/** One per run; upper and lower case count as the same, as on most disks. */
export class UniqueNames {
	private readonly taken = new Set<string>();
	/** The last number that was tried behind a stem, so that a thousand equal ones take no million looks. */
	private readonly lastNumber = new Map<string, number>();

	/** `reserved`: stems that are not given out. */
	constructor(reserved: Iterable<string> = []) {
		for (const stem of reserved) this.taken.add(keyOf(stem));
	}

	/** The stem itself, or `stem-2`, `stem-3`, … whichever is free. */
	take(stem: string): string {
		const key = keyOf(stem);
		let free = stem;
		for (let number = this.lastNumber.get(key) ?? 1; this.taken.has(keyOf(free)); ) {
			free = appendToStem(stem, `-${++number}`);
			this.lastNumber.set(key, number);
		}
		this.taken.add(keyOf(free));
		return free;
	}
}

/** Windows and macOS take two names that differ in case only for one. */
function keyOf(stem: string): string {
	return stem.normalize('NFC').toUpperCase().toLowerCase();
}
