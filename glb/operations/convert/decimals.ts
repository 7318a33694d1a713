/** Numbers as short text: as many decimals as the model's size asks for, and nothing that is no number. */

/** Digits of the longest extent that are kept: a float32 has seven. */
const DIGITS = 8;

/** Writes lengths of a model whose longest extent is `size`. */
export function lengthWriter(size: number): (value: number) => string {
	return decimalWriter(decimalsFor(size));
}

/** Decimals that lengths of such a model are written with. */
export function decimalsFor(size: number): number {
	return Math.min(12, Math.max(0, DIGITS - Math.ceil(Math.log10(size || 1))));
}

/** Writes numbers with at most so many decimals; one that is none becomes 0. */
export function decimalWriter(decimals: number): (value: number) => string {
	const scale = 10 ** decimals;
	return (value) => {
		const rounded = Math.round(value * scale) / scale;
		// Adding 0 makes -0 a 0; large and tiny numbers would be written with an exponent, which is allowed everywhere.
		return Number.isFinite(rounded) ? String(rounded + 0) : '0';
	};
}
