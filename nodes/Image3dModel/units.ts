/** Units of length as people write them: a word in, one of five units out. */

/** How long each is, meters. */
export const UNIT_METERS = { mm: 0.001, cm: 0.01, m: 1, in: 0.0254, ft: 0.3048 } as const;

/** The option values of *Unit*. */
export type Unit = keyof typeof UNIT_METERS;

const WORDS: Readonly<Record<Unit, readonly string[]>> = {
	mm: ['millimeters', 'millimeter', 'millimetres', 'millimetre', 'mm'],
	cm: ['centimeters', 'centimeter', 'centimetres', 'centimetre', 'cm'],
	m: ['meters', 'meter', 'metres', 'metre', 'm'],
	in: ['inches', 'inch', 'in', '"', '″', '”', "''"],
	ft: ['feet', 'foot', 'ft', "'", '′', '’'],
};

const UNITS = new Map(
	Object.entries(WORDS).flatMap(([unit, words]) => words.map((word) => [word, unit as Unit])),
);

/** The unit of a word in any case, with or without a period behind it; undefined for any other. */
export function readUnit(word: string | undefined): Unit | undefined {
	return UNITS.get((word ?? '').trim().toLowerCase().replace(/\.$/, ''));
}
