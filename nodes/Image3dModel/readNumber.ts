/** Numbers as people write them in sheets: text in, a number out, or undefined for what is none. */

/** Digits with decimals after a point or a comma, as many as a computed number has. */
const PLAIN = /^(?:\d{1,20}(?:[.,]\d{1,20})?|[.,]\d{1,20})$/;

/** Digits in groups of three, then decimals after another sign than that of the groups. */
const GROUPED = /^\d{1,3}(?:([.,' \u00a0\u202f])\d{3})+(?:[.,]\d{1,20})?$/;

/** As JavaScript writes large numbers. */
const POWER_OF_TEN = /^\d{1,20}(?:\.\d{1,20})?e\+?\d{1,2}$/i;

/** One group of three after one sign: `1,250` is a thousand in one country, one and a quarter in another. */
const AMBIGUOUS = /^[1-9]\d{0,2}[.,]\d{3}$/;

/** A number of zero and more; one sign before three digits begins decimals. */
export function readNumber(text: string): number | undefined {
	if (PLAIN.test(text)) return Number(text.replace(',', '.'));
	const grouped = GROUPED.exec(text);
	if (grouped === null) return undefined;
	const [sign] = grouped.slice(1);
	const number = Number(text.split(sign).join('').replace(',', '.'));
	return Number.isFinite(number) ? number : undefined;
}

/** A whole number: one sign before three digits groups thousands, as nothing comes behind its point. */
export function readCount(text: string): number | undefined {
	if (POWER_OF_TEN.test(text)) return Number(text);
	return AMBIGUOUS.test(text) ? Number(text.replace(/[.,]/, '')) : readNumber(text);
}

/** The other number that a text may mean, where it begins decimals or groups thousands. */
export function readAsThousands(text: string): number | undefined {
	return AMBIGUOUS.test(text) ? readCount(text) : undefined;
}
