/** Arithmetic of four bytes at a time: pixels as 32-bit numbers in and out. */

/** The sum of each of the four parts, without carrying over. */
export function addPixels(a: number, b: number): number {
	return (
		(((a & 0xff00ff00) + (b & 0xff00ff00)) & 0xff00ff00) | (((a & 0xff00ff) + (b & 0xff00ff)) & 0xff00ff)
	);
}

/** The mean of each of the four parts, rounded down. */
export function meanOfPixels(a: number, b: number): number {
	return (((a ^ b) & 0xfefefefe) >>> 1) + (a & b);
}
