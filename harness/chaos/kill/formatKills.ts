/** A campaign and its runs, told: totals, a plan or the record of a run in, text out. */
import type { KillTotals } from './killCampaign';
import type { KillPlan } from './killPlan';
import type { KillRecord } from './killRun';

/** The sum in one line. */
export function describeKillTotals(totals: KillTotals): string {
	const { ended, failed, deaths, struck, charges, reused, uncertain, seconds } = totals;
	return (
		`${ended} runs, killed ${deaths} times (${struck} times at the moment drawn): ${charges} charges, ${reused} models taken ` +
		`from the memory, ${uncertain} told as uncertain; ${failed} runs broke a promise; ${seconds} s`
	);
}

/** A run told for whoever looks for its bug. */
export function describeKillRecord({
	plan,
	ends,
	ledger,
	rows,
	log,
	asked,
	struck,
	deaths,
}: KillRecord): string {
	const first = ledger.requests[0]?.at ?? 0;
	return [
		describeKillPlan(plan),
		`killed ${deaths} times, ${struck} times at the moment drawn`,
		...ends.flatMap(({ executionId, status, items, error, hints }) => [
			`execution ${executionId}: ${status} ${error?.join(' ') ?? ''}`,
			...items.map(({ json, file }) => {
				const { task_id, status: state, reused, error: said, hint } = json;
				return `  item: ${JSON.stringify({ task_id, state, reused, said, hint, file })}`;
			}),
			...hints.map((hint) => `  hint: ${hint}`),
		]),
		'charges',
		...ledger.charges.map(({ taskId }) => `  ${taskId} "${asked[taskId]}"`),
		'calls',
		...ledger.requests.map(
			({ at, route, status, fault, taskId }) =>
				`  ${Math.round(at - first)} ms: ${route} ${status} ${fault ?? ''} ${taskId ?? ''}`,
		),
		'rows',
		...rows.map((row) => `  ${JSON.stringify(row)}`),
		'log',
		...log.map((line) => `  ${line}`),
	].join('\n');
}

export function describeKillPlan(plan: KillPlan): string {
	return ['plan', ...Object.entries(plan).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`)].join(
		'\n',
	);
}
