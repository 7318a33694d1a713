/** Shows a run's report in the editor: a line now and then while it runs by hand, a hint when it is over. Nothing fails. */
import type { RunReport } from '../../core/report/runReport';
import type { NodeRun } from './nodeRun';

/** Tells the user who watches a manual run where it stands. */
export function showProgress({ showMessage }: NodeRun, report: RunReport, nowMs: number): void {
	if (showMessage === undefined) return;
	const message = report.nextMessage(nowMs);
	if (message !== undefined) showMessage(message);
}

/** Puts the sum of the run above the node's output. n8n before 1.8x shows no hints. */
export function showSum({ showHint }: NodeRun, report: RunReport, nowMs: number): void {
	showHint?.(report.sumUp(nowMs));
}
