/** Shows a run's report in the editor: a line now and then while it runs by hand, a hint when it is over. */
import type { IExecuteFunctions } from 'n8n-workflow';
import type { RunReport } from '../../core/report/runReport';

/** Tells the user who watches a manual run where it stands; n8n drops it in any other run. */
export function showProgress(context: IExecuteFunctions, report: RunReport, nowMs: number): void {
	if (context.getMode() !== 'manual') return;
	const message = report.nextMessage(nowMs);
	if (message !== undefined) context.sendMessageToUI(message);
}

/** Puts the sum of the run above the node's output. n8n before 1.8x shows no hints. */
export function showSum(context: IExecuteFunctions, report: RunReport, nowMs: number): void {
	context.addExecutionHints?.({ message: report.sumUp(nowMs), location: 'outputPane', type: 'info' });
}
