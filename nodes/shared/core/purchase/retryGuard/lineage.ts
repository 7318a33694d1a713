/**
 * What an execution and all its retries have in common, also after a crash. In: the addresses by which n8n resumes the
 * execution; out: a hash of the token that it makes with the first data of an execution and writes into both, or nothing. An
 * n8n that signs each address instead, with the execution's own number in it, shows two different signatures.
 */
import { createHash } from 'crypto';

/** What n8n's `$execution` has of them. */
export interface ResumeAddresses {
	resumeUrl?: unknown;
	resumeFormUrl?: unknown;
}

/** The lineage of the execution with these addresses; undefined where they tell none. */
export function lineageIn({ resumeUrl, resumeFormUrl }: ResumeAddresses): string | undefined {
	const token = queryOf(resumeUrl);
	if (token === '' || token !== queryOf(resumeFormUrl)) return undefined;
	return createHash('sha256').update(token).digest('hex');
}

function queryOf(address: unknown): string {
	const text = typeof address === 'string' ? address : '';
	return text.includes('?') ? text.slice(text.indexOf('?')) : '';
}
