/**
 * fast-check as this project uses it: what a test imports in place of 'fast-check'. A property draws the same cases in each
 * run, so that a change goes red for what it did and not by chance. Who searches for more says so in the environment:
 *
 * - `FUZZ_SEED`: a whole number, or `random` for other cases each time (a failure names its seed).
 * - `FUZZ_RUNS`: how many times as many cases, and as much time for them.
 */
import * as fc from 'fast-check';

export * from 'fast-check';

/** Any number would do. */
const SEED = 20_260_301;

/** Jest's limit for a test that sets none (jest.config.js), ms. */
const TEST_LIMIT_MS = 30_000;

const runsFactor = Math.max(1, Number(process.env.FUZZ_RUNS) || 1);

fc.configureGlobal({ ...fc.readConfigureGlobal(), ...seedOf(process.env.FUZZ_SEED) });
if (runsFactor > 1) jest.setTimeout(timeLimit(TEST_LIMIT_MS));

/** Checks a property as fast-check's own `assert` does, with as many more cases as the environment asks for. */
export function assert<Ts>(property: fc.IAsyncProperty<Ts>, parameters?: fc.Parameters<Ts>): Promise<void>;
export function assert<Ts>(property: fc.IProperty<Ts>, parameters?: fc.Parameters<Ts>): void;
export function assert<Ts>(
	property: fc.IRawProperty<Ts>,
	parameters: fc.Parameters<Ts> = {},
): Promise<void> | void {
	return fc.assert(property, { ...parameters, numRuns: (parameters.numRuns ?? 100) * runsFactor });
}

/** The limit of a test that checks a property, ms: longer where the environment asks for more cases. */
export function timeLimit(ms: number): number {
	return ms * runsFactor;
}

function seedOf(text: string | undefined): { seed?: number } {
	if (text === 'random') return {};
	const seed = Number(text ?? SEED);
	if (!Number.isSafeInteger(seed)) throw new Error(`FUZZ_SEED is a whole number or "random", not "${text}".`);
	return { seed };
}
