/** Damage to a GLB that its reader gets past the first step with: a file and changes in, a changed copy out. */

/** A place, which is brought into the file, and a value. */
export type Change = readonly [place: number, value: number];

const DESCRIPTION_START = 20;
const CHUNK_HEADER_BYTES = 8;
/** Bytes behind the description in which most readers find their first numbers. */
const FIRST_BYTES = 500;

/** Changes a byte in place: in the description digits alone, to other digits, so that it still parses. */
export function changeByte(glb: Buffer, at: number, value: number): void {
	if (at >= glb.length) return;
	const isDigit = glb[at] >= 0x30 && glb[at] <= 0x39;
	if (at >= DESCRIPTION_START + glb.readUInt32LE(12)) glb[at] = value;
	else if (isDigit) glb[at] = 0x30 + (value % 10);
}

/** A copy with half of the changes in the description, and half in the first bytes behind it. */
export function damaged(file: Buffer, changes: readonly Change[]): Buffer {
	const glb = Buffer.from(file);
	const jsonLength = glb.readUInt32LE(12);
	const rest = DESCRIPTION_START + jsonLength + CHUNK_HEADER_BYTES;
	for (const [place, value] of changes) {
		const isInside = place % 2 === 0 || glb.length < rest;
		changeByte(
			glb,
			isInside ? DESCRIPTION_START + (place % jsonLength) : rest + (place % FIRST_BYTES),
			value,
		);
	}
	return glb;
}
