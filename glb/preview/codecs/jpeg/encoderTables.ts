/** The tables of a baseline JPEG as nearly all encoders use them (ITU T.81, annex K). */

/** Natural position of each place in zigzag order (T.81, figure A.6). */
export const ZIGZAG = Uint8Array.of(
	0,
	1,
	8,
	16,
	9,
	2,
	3,
	10,
	17,
	24,
	32,
	25,
	18,
	11,
	4,
	5,
	12,
	19,
	26,
	33,
	40,
	48,
	41,
	34,
	27,
	20,
	13,
	6,
	7,
	14,
	21,
	28,
	35,
	42,
	49,
	56,
	57,
	50,
	43,
	36,
	29,
	22,
	15,
	23,
	30,
	37,
	44,
	51,
	58,
	59,
	52,
	45,
	38,
	31,
	39,
	46,
	53,
	60,
	61,
	54,
	47,
	55,
	62,
	63,
);

/** Quantization of luminance and chrominance at quality 50, in natural order (tables K.1 and K.2). */
const LUMINANCE = [
	16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
	29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
	121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const CHROMINANCE = Array.from({ length: 64 }, (_, place) => {
	const known: Record<number, number> = {
		0: 17,
		1: 18,
		2: 24,
		3: 47,
		8: 18,
		9: 21,
		10: 26,
		11: 66,
		16: 24,
		17: 26,
		18: 56,
	};
	return known[place] ?? (place === 24 ? 47 : place === 25 ? 66 : 99);
});

/**
 * The two quantization tables of a quality, in natural order.
 *
 * @param quality 1 to 100, scaled as the Independent JPEG Group's library does
 */
export function quantizationOf(quality: number): { luminance: Uint8Array; chrominance: Uint8Array } {
	const scale = quality < 50 ? 5000 / quality : 200 - quality * 2;
	const scaled = (table: readonly number[]) =>
		Uint8Array.from(table, (value) => Math.max(1, Math.min(255, Math.floor((value * scale + 50) / 100))));
	return { luminance: scaled(LUMINANCE), chrominance: scaled(CHROMINANCE) };
}

/** A code table as the file states it: how many codes of length 1 … 16, and their symbols. */
export interface CodeTable {
	counts: readonly number[];
	symbols: readonly number[];
}

const DC_SYMBOLS = Array.from({ length: 12 }, (_, size) => size);

/** Tables K.3 and K.4. */
export const DC_LUMINANCE: CodeTable = {
	counts: [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
	symbols: DC_SYMBOLS,
};
export const DC_CHROMINANCE: CodeTable = {
	counts: [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
	symbols: DC_SYMBOLS,
};

/** Tables K.5 and K.6: symbols as hexadecimal pairs of run and size. */
export const AC_LUMINANCE: CodeTable = {
	counts: [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d],
	symbols: bytes(
		'01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a34353637' +
			'38393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2' +
			'a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8' +
			'f9fa',
	),
};
export const AC_CHROMINANCE: CodeTable = {
	counts: [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77],
	symbols: bytes(
		'000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a3536' +
			'3738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a9293949596979899' +
			'9aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8' +
			'f9fa',
	),
};

function bytes(hexadecimal: string): number[] {
	return (hexadecimal.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}
