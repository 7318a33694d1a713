/**
 * Which notes are this execution's own: kept in n8n's context of the node, so that a retry with that context tells what
 * it has noted itself from what somebody else has. Equal requests are counted: a note is a request and its number.
 */

/** Kept of a node in n8n's database, and with an execution; the oldest are forgotten. */
export const MAX_NOTES = 5_000;
/** Enough of a fingerprint to tell the requests of one execution apart, in characters. */
const SHORT_FINGERPRINT = 12;

/** The plain data that n8n stores with the execution. */
export interface NotedState {
	image3dNotes?: string[];
}

/** One per run, over the context that n8n keeps with the execution. */
export class NotedOrdinals {
	private readonly noted: Set<string>;

	constructor(private readonly state: NotedState) {
		this.noted = new Set(state.image3dNotes);
	}

	has(fingerprint: string, ordinal: number): boolean {
		return this.noted.has(nameOf(fingerprint, ordinal));
	}

	add(fingerprint: string, ordinal: number): void {
		const name = nameOf(fingerprint, ordinal);
		if (this.noted.has(name)) return;
		this.noted.add(name);
		const names = (this.state.image3dNotes ??= []);
		names.push(name);
		if (names.length > MAX_NOTES) names.shift();
	}

	remove(fingerprint: string, ordinal: number): void {
		const name = nameOf(fingerprint, ordinal);
		if (!this.noted.delete(name)) return;
		this.state.image3dNotes = this.state.image3dNotes!.filter((other) => other !== name);
	}
}

function nameOf(fingerprint: string, ordinal: number): string {
	return `${fingerprint.slice(0, SHORT_FINGERPRINT)}.${ordinal}`;
}
