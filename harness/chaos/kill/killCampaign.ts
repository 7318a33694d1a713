/** Many plans whose processes are killed, some in each process, and the sum of what they showed. */
import type { SandboxClient } from '../../sandbox/sandbox';
import { EngineProcesses } from './engineProcess';
import { keepNotesFor } from './keptNotes';
import { countUncertain, findBrokenAfterKill } from './killInvariants';
import { drawKillPlan, type KillPlan } from './killPlan';
import { type KillRecord, type KillHarness, runKillPlans } from './killRun';

export interface KillFailure {
	plans: KillPlan[];
	problems: string[];
	record?: KillRecord;
}

export interface KillTotals {
	ended: number;
	failed: number;
	/** Runs that a dying process took along, and those of them that were at the moment which was drawn. */
	deaths: number;
	struck: number;
	charges: number;
	/** Items that came out without being paid for again. */
	reused: number;
	uncertain: number;
	seconds: number;
}

export interface KillCampaignOptions {
	/** Seeds `from`, `from` + 1, … */
	from: number;
	runs: number;
	/** Plans in one process. */
	together?: number;
	/** Such processes at a time. */
	parallel?: number;
	onFailure?: (failure: KillFailure) => void;
	onRecord?: (record: KillRecord) => void;
	/** Called after every process's plans. */
	onEnd?: (totals: KillTotals) => void;
}

/** Node's and database's time run so much faster than real time. */
const ACCELERATION = 20;

/** Runs them all; failures do not stop it. */
export async function runKillCampaign(
	sandbox: SandboxClient,
	options: KillCampaignOptions,
): Promise<KillTotals> {
	const { from, runs, together = 6, parallel = 2, onFailure, onRecord, onEnd } = options;
	const startedMs = Date.now();
	const totals: KillTotals = {
		...{ ended: 0, failed: 0, deaths: 0, struck: 0, charges: 0, reused: 0, uncertain: 0, seconds: 0 },
	};
	const stages: KillHarness['stages'] = new Map();
	const processes = await EngineProcesses.open(keepNotesFor(stages));
	const harness: KillHarness = {
		...{ sandbox, processes, stages, quiet: processes.take() },
		now: () => startedMs + (Date.now() - startedMs) * ACCELERATION,
	};
	let next = from;
	const runLane = async () => {
		while (next < from + runs) {
			const count = Math.min(together, from + runs - next);
			const plans = Array.from({ length: count }, () => drawKillPlan(next++));
			for (const failure of await runTogether(harness, plans, (record) => {
				add(totals, record);
				onRecord?.(record);
			})) {
				totals.failed += failure.plans.length;
				onFailure?.(failure);
			}
			totals.ended += count;
			totals.seconds = Math.round((Date.now() - startedMs) / 1000);
			onEnd?.(totals);
		}
	};
	try {
		await Promise.all(Array.from({ length: parallel }, runLane));
	} finally {
		await processes.close();
	}
	return totals;
}

async function runTogether(
	harness: KillHarness,
	plans: KillPlan[],
	onRecord: (record: KillRecord) => void,
): Promise<KillFailure[]> {
	try {
		return (await runKillPlans(harness, plans)).flatMap((record) => {
			onRecord(record);
			const problems = findBrokenAfterKill(record);
			return problems.length === 0 ? [] : [{ plans: [record.plan], problems, record }];
		});
	} catch (error) {
		return [{ plans, problems: [`the runs broke off: ${(error as Error).stack ?? String(error)}`] }];
	}
}

function add(totals: KillTotals, record: KillRecord): void {
	totals.deaths += record.deaths;
	totals.struck += record.struck;
	totals.charges += record.ledger.charges.length;
	totals.reused += record.ends.at(-1)!.items.filter(({ json }) => json.reused === true).length;
	totals.uncertain += countUncertain(record);
}
