/** What a chaos run leaves behind to be checked: every execution, the service's ledger, what was fetched afterwards. */
import type { INodeExecutionData } from 'n8n-workflow';

import type { NodeResult } from '../engine';
import type { Ledger } from '../sandbox/sandbox';
import type { Plan } from './drawPlan';

export interface Execution {
	result: NodeResult;
	/** Real milliseconds from the stop to the end; undefined where nobody stopped it in time. */
	stoppedWithinMs?: number;
}

export interface Fetched {
	taskId: string;
	result: NodeResult;
}

export interface RunRecord {
	plan: Plan;
	/** The first execution and its retries, in order. */
	executions: Execution[];
	/** After the last execution, once the calls under way had ended or a second was over. */
	ledger: Ledger;
	/** What each charged task was for, by its id, in the words of the plan's items. */
	asked: Record<string, string>;
	/** The tasks that ended without a model. */
	failed: string[];
	/** Calls of any kind that came after that. */
	lateCalls: number;
	/** Image3D Status, with all faults gone, on every paid task that the user knows of and has no model of. */
	fetched: Fetched[];
	/** Output items that promise a model and whose file is none, by the task's id. */
	brokenModels: string[];
	/** Where a secret of the account was found; never the secret. */
	leaks: string[];
}

/** Everything on all outputs. */
export function outputOf({ outputs }: NodeResult): INodeExecutionData[] {
	return outputs.flat();
}

/** What the user reads of an execution: its error, its items, its hints. */
export function visibleText(result: NodeResult): string {
	const { error, hints } = result;
	const context = (error as { context?: unknown } | undefined)?.context;
	return [
		error?.message,
		error?.description,
		JSON.stringify(context ?? {}),
		...outputOf(result).map(({ json }) => JSON.stringify(json)),
		...hints.map(({ message }) => message),
	].join('\n');
}

/** The input item that an output item stands for; -1 where it does not tell. */
export function itemOf({ pairedItem }: INodeExecutionData): number {
	const [first] = Array.isArray(pairedItem) ? pairedItem : [pairedItem];
	return typeof first === 'object' ? first.item : (first ?? -1);
}
