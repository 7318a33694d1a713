/**
 * What the service's status words mean. In: the word as it came, and what came beside it; out: one of the four documented
 * states. Nothing fails: a word that nobody knows means that the task goes on, for giving up loses a paid model.
 */

/** The four words of the API documentation, section "Status". */
export type TaskStatus = 'queued' | 'processing' | 'success' | 'failed';

/** Words that job queues and GPU services use for the documented ones. */
const WORDS: ReadonlyMap<string, TaskStatus> = new Map<string, TaskStatus>([
	['queued', 'queued'],
	['processing', 'processing'],
	...['success', 'completed', 'succeeded', 'done', 'finished'].map((word) => [word, 'success'] as const),
	...['failed', 'error', 'cancelled', 'canceled', 'expired', 'rejected'].map(
		(word) => [word, 'failed'] as const,
	),
]);

/** What an answer says beside its status word, which decides what an unknown word means. */
export interface Beside {
	/** The answer links to a model. */
	hasModel: boolean;
	/** 0–100, when the service tells. */
	progress?: number;
}

/** The documented word for this one in whatever spelling, or undefined for a word that nobody knows. */
export function knownStatus(word: unknown): TaskStatus | undefined {
	return typeof word === 'string' ? WORDS.get(word.trim().toLowerCase()) : undefined;
}

/** The state that a word stands for. A word that is not known, or none, with a model beside it and nothing left to do is a success. */
export function toStatus(word: unknown, { hasModel, progress }: Beside): TaskStatus {
	const known = knownStatus(word);
	if (known !== undefined) return known;
	if (hasModel && (progress === undefined || hasEnded(progress))) return 'success';
	return word === undefined ? 'queued' : 'processing';
}

/** A service that counts from 0 to 1 ends at 1: nothing else has a model at 1 %. */
function hasEnded(progress: number): boolean {
	return progress >= 100 || progress === 1;
}

/**
 * Progress as 0–100 from 45, "45", "45%" or 0.45; undefined for anything else. A bare number between 0 and 1 is a
 * share. 1 itself stays 1 %, as documented: a job that has just begun is more common than one that counts to 1.
 */
export function toProgress(value: unknown): number | undefined {
	const text = typeof value === 'string' ? value.trim() : '';
	const isPercent = text.endsWith('%');
	const digits = isPercent ? text.slice(0, -1).trim() : text;
	const number = typeof value === 'string' ? (digits === '' ? Number.NaN : Number(digits)) : value;
	if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
	const isShare = !isPercent && number > 0 && number < 1;
	return Math.min(100, Math.max(0, isShare ? number * 100 : number));
}
