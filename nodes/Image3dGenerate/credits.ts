/**
 * The credits for the sum of a run: a run in, the account's balance, or what it has cost, out, free of charge. It costs a moment,
 * and never more than that: where the balance does not come at once, the sum goes without it.
 */
import { readBalance } from '../shared/core/api/fetchBalance';
import { withTimeLimit } from '../shared/core/concurrency/clock';
import type { ItemInput } from './readItem';
import type { Run } from './run';

/** A balance is there within a fraction of a second; a run of many minutes does not notice this wait. */
const LONGEST_WAIT_MS = 3_000;

/** One try is enough for a number that nothing depends on. */
const NO_RETRY_MS = 0;

/** The balance now; undefined where nobody reads the sum (an agent, an n8n that shows none) or it cannot be had. */
export async function readCredits({ isTool, showHint, service, signal }: Run): Promise<number | undefined> {
	if (isTool || showHint === undefined || signal?.aborted) return undefined;
	const reading = readBalance(service, NO_RETRY_MS, signal).catch(() => undefined);
	const balance = await withTimeLimit(reading, LONGEST_WAIT_MS, service.clock);
	return balance === 'timedOut' || !balance?.ok ? undefined : balance.value.amount;
}

/** Adds to the sum of the run what it has cost, and what the models that were known have saved. `before`: the balance then. */
export async function sumUpCredits(
	run: Run,
	inputs: readonly ItemInput[],
	before: number | undefined,
): Promise<void> {
	const after = await readCredits(run);
	run.report.addCredits(before, after);
	run.report.addSaved(priceOf(run, inputs, before, after));
}

/** What a generation has cost in this run; undefined where that is not known, or may differ between its items. */
function priceOf(
	run: Run,
	inputs: readonly ItemInput[],
	before: number | undefined,
	after: number | undefined,
): number | undefined {
	const { accepted } = run.gate;
	if (before === undefined || after === undefined || accepted === 0) return undefined;
	const qualities = new Set(inputs.flatMap(({ request }) => (request.ok ? request.value.words.quality : [])));
	return qualities.size === 1 ? (before - after) / accepted : undefined;
}
