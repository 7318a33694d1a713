/** Names of a GLB for another format: any text in, a unique name of letters, digits and underscores out. */
import { CONVERT_LIMITS } from './convertLimits';

/** The names of one file: none is given out twice, however alike the wishes are. */
export class Names {
	private readonly used = new Set<string>();
	/** By the name wished for: the number to try next, so that a thousand of one name do not take a million tries. */
	private readonly next = new Map<string, number>();

	/** @param fallback where nothing of the wish can be kept */
	unique(wish: unknown, fallback: string): string {
		const base = safeName(wish, fallback);
		let name = base;
		while (this.used.has(name)) {
			const number = this.next.get(base) ?? 2;
			this.next.set(base, number + 1);
			name = `${base}_${number}`;
		}
		this.used.add(name);
		return name;
	}
}

/** A name that every format takes for one: begins with a letter, has letters, digits and underscores of ASCII. */
export function safeName(wish: unknown, fallback: string): string {
	const text = typeof wish === 'string' ? wish.slice(0, CONVERT_LIMITS.maxNameLength * 4) : '';
	const ascii = text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
	const name = ascii
		.replace(/[^A-Za-z0-9]+/g, '_')
		.replace(/^_|_$/g, '')
		.slice(0, CONVERT_LIMITS.maxNameLength);
	if (name === '') return fallback;
	return /^[0-9]/.test(name) ? `_${name}` : name;
}
