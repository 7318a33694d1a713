/** A run told for whoever looks for its bug: the plan, each execution as the user saw it, the calls as they came. */
import { outputOf, type RunRecord, type Execution } from './runRecord';
import type { Plan } from './drawPlan';

export function describePlan(plan: Plan): string {
	const { faults, ...rest } = plan;
	const lines = Object.entries(rest).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`);
	return ['plan', ...lines, '  faults:', ...faults.map((fault) => `    ${JSON.stringify(fault)}`)].join('\n');
}

export function describeRecord({ plan, executions, ledger, fetched }: RunRecord): string {
	return [
		describePlan(plan),
		...executions.map(describeExecution),
		'charges',
		...ledger.charges.map(({ taskId, idempotencyKey }) => {
			const { status } = ledger.tasks.find((task) => task.taskId === taskId)!;
			return `  ${taskId} ${status} key ${idempotencyKey}`;
		}),
		'calls',
		...describeCalls(ledger),
		...fetched.map(({ taskId, result }) => `fetched ${taskId}: ${result.error?.message ?? 'with its model'}`),
	].join('\n');
}

function describeExecution({ result, stoppedWithinMs }: Execution, index: number): string {
	const { status, error, hints } = result;
	const stopped = stoppedWithinMs === undefined ? '' : `, stopped within ${Math.round(stoppedWithinMs)} ms`;
	return [
		`execution ${index}: ${status}${stopped}`,
		...(error === undefined ? [] : [`  error: ${error.message}`, `    ${error.description}`]),
		...outputOf(result).map(({ json, binary, pairedItem }) => {
			const { task_id, status: state, error: said, hint } = json;
			const file = binary === undefined ? '' : ` with ${Object.keys(binary).join(', ')}`;
			return `  item ${JSON.stringify(pairedItem)}: ${JSON.stringify({ task_id, state, said, hint })}${file}`;
		}),
		...hints.map(({ message }) => `  hint: ${message}`),
	].join('\n');
}

function describeCalls({ requests, downloads }: RunRecord['ledger']): string[] {
	const calls = [
		...requests.map(({ route, ...call }) => ({ ...call, what: route })),
		...downloads.map((call) => ({ ...call, what: 'model', fault: '', endedAt: undefined })),
	].toSorted((a, b) => a.at - b.at);
	const [first] = calls;
	return calls.map(({ at, what, status, fault, taskId, endedAt }) => {
		const took = endedAt === undefined ? '' : ` in ${Math.round(endedAt - at)} ms`;
		return `  ${Math.round(at - first.at)} ms: ${what} ${status} ${fault ?? ''} ${taskId ?? ''}${took}`;
	});
}
