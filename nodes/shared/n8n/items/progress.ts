/**
 * Shows a run's report in the editor: what n8n can show and the report in; out comes what tells a line now and then while it runs
 * by hand, and a hint when it is over. Nothing fails.
 */
import type { Clock } from '../../core/concurrency/clock';
import type { RunReport } from '../../core/report/runReport';
import type { NodeRun } from './nodeRun';

/** What a run tells the user of itself. */
export interface Progress {
	/** Where the run stands, for the user who watches a manual run. */
	show(): void;
	/** The sum of the run, above the node's output. n8n before 1.8x shows no hints. */
	showSum(): void;
}

/** Binds the report of a run to what its user sees. */
export function bindProgress(
	{ showMessage, showHint }: NodeRun,
	report: RunReport,
	clock: Pick<Clock, 'now'>,
): Progress {
	return {
		show: () => {
			const message = showMessage && report.nextMessage(clock.now());
			if (message !== undefined) showMessage!(message);
		},
		showSum: () => showHint?.(report.sumUp(clock.now())),
	};
}
