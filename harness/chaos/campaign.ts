/** Many plans, several at a time, and the sum of what they showed. */
import type { Pack } from '../sandbox/pack';
import { sortCharges } from './accounts';
import { installAcceleratedClock } from '../sandbox/acceleratedClock';
import type { RunRecord } from './runRecord';
import { findBrokenPromises } from './invariants';
import { drawPlan, type Plan } from './drawPlan';
import { runPlan } from './runPlan';

export interface Failure {
	plan: Plan;
	problems: string[];
}

export interface Totals {
	/** Runs that have ended, and those of them that broke a promise. */
	ended: number;
	failed: number;
	executions: number;
	charges: number;
	delivered: number;
	uncertain: number;
	errors: number;
	cancels: number;
	retries: number;
	/** Tasks fetched afterwards with Image3D Status. */
	fetched: number;
	seconds: number;
}

export interface CampaignOptions {
	/** Seeds `from`, `from` + 1, … */
	from: number;
	runs: number;
	/** Plans under way at a time: most of their time they wait. */
	parallel?: number;
	onFailure?: (failure: Failure) => void;
	onRecord?: (record: RunRecord) => void;
	/** Called after every plan. */
	onEnd?: (totals: Totals) => void;
}

/** Runs them all; failures do not stop it. */
export async function runCampaign(pack: Pack, options: CampaignOptions): Promise<Totals> {
	const { from, runs, parallel = 6, onFailure, onRecord, onEnd } = options;
	const startedMs = performance.now();
	const totals: Totals = {
		...{ ended: 0, failed: 0, executions: 0, charges: 0, delivered: 0, uncertain: 0 },
		...{ errors: 0, cancels: 0, retries: 0, fetched: 0, seconds: 0 },
	};
	const uninstall = installAcceleratedClock();
	let next = from;
	const runLane = async () => {
		while (next < from + runs) {
			const failure = await runSeed(pack, next++, (record) => {
				count(totals, record);
				onRecord?.(record);
			});
			totals.ended++;
			totals.seconds = Math.round((performance.now() - startedMs) / 1000);
			if (failure !== undefined) {
				totals.failed++;
				onFailure?.(failure);
			}
			onEnd?.(totals);
		}
	};
	try {
		await Promise.all(Array.from({ length: Math.min(parallel, runs) }, runLane));
	} finally {
		uninstall();
	}
	return totals;
}

async function runSeed(
	pack: Pack,
	seed: number,
	onRecord: (record: RunRecord) => void,
): Promise<Failure | undefined> {
	const plan = drawPlan(seed);
	try {
		const record = await runPlan(pack, plan);
		onRecord(record);
		const problems = findBrokenPromises(record);
		return problems.length === 0 ? undefined : { plan, problems };
	} catch (error) {
		return { plan, problems: [`the run broke off: ${(error as Error).stack ?? String(error)}`] };
	}
}

function count(totals: Totals, record: RunRecord): void {
	const { executions, ledger, fetched } = record;
	const { delivered, uncertain } = sortCharges(record);
	totals.executions += executions.length;
	totals.retries += executions.length - 1;
	totals.charges += ledger.charges.length;
	totals.delivered += delivered;
	totals.uncertain += uncertain;
	totals.errors += executions.filter(({ result }) => result.error !== undefined).length;
	totals.cancels += executions.filter(({ stoppedWithinMs }) => stoppedWithinMs !== undefined).length;
	totals.fetched += fetched.length;
}

/** The sum in one line. */
export function describeTotals(totals: Totals): string {
	const { ended, failed, executions, charges, delivered, uncertain } = totals;
	const { errors, cancels, retries, fetched, seconds } = totals;
	return (
		`${ended} runs (${executions} executions): ${charges} charges, ${delivered} delivered, ${fetched} fetched ` +
		`afterwards, ${uncertain} uncertain; ${errors} errors, ${cancels} cancels, ${retries} retries; ` +
		`${failed} runs broke a promise; ${seconds} s`
	);
}
