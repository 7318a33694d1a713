/** Chance, weighted: a back-off is a random share of a growing ceiling, and waiting it out teaches a test nothing. */

/** For a whole test file. */
export function useShortWaits(): void {
	beforeAll(drawShortWaits);
}

/** From now on every draw of this test file gives 2 %, so that tries follow each other within milliseconds. */
export function drawShortWaits(): void {
	jest.spyOn(Math, 'random').mockReturnValue(0.02);
}
