/** What all items of one run of the node share. */
import { randomUUID } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { ByteBudget } from '../shared/core/concurrency/byteBudget';
import type { Failure } from '../shared/core/failure';
import { Ledger, type LedgerEntry, type LedgerState } from '../shared/core/purchase/ledger';
import type { TimeSlicer } from '../../glb/timeSlicer';
import { LOADED_PICTURES_BYTES } from '../shared/core/inputImage/inputImage';
import { RunReport } from '../shared/core/report/runReport';
import { AdaptiveLimiter } from '../shared/core/concurrency/adaptiveLimiter';
import { realClock } from '../shared/n8n/timing/realClock';
import { cancelSignalOf } from '../shared/n8n/items/context';
import { ModelNames } from '../shared/n8n/files/modelNames';
import { type NodeService, openService } from '../shared/n8n/http/openService';
import { readConcurrency } from '../shared/n8n/fields/readOptions';
import { paceItems } from '../shared/n8n/timing/stepQueue';
import { isToolCall } from '../shared/n8n/items/agentTool';
import { type GateOptions, SpendingLimit } from './spendingLimit';
import { readWishedName } from './modelName';
import { startsInExecution } from './startCount';

export interface Run {
	context: IExecuteFunctions;
	service: NodeService;
	ledger: Ledger;
	gate: SpendingLimit;
	report: RunReport;
	/** Of the files that are handed on. */
	names: ModelNames;
	window: AdaptiveLimiter;
	/** What the loaded pictures take of n8n's memory. */
	pictures: ByteBudget;
	/** Of the loop over the items. */
	pacer: TimeSlicer;
	concurrency: number;
	/** Entries of what is in the output: struck out of the ledger once the output is safe. */
	handedOn: LedgerEntry[];
	/** Submits that met "no credits", in the order of the answers. */
	refusals: Array<{ index: number; failure: Failure }>;
	/** Ends when the execution is cancelled. */
	signal?: AbortSignal;
	/** Ends the waiting for tasks, and nothing else, once an item has failed the node. */
	stopWaiting: AbortController;
	waitSignal: AbortSignal;
}

/** Options that hold for the whole run are taken from the first item. */
export async function openRun(context: IExecuteFunctions, guards: GateOptions): Promise<Run> {
	const concurrency = readConcurrency(context);
	const report = new RunReport(context.getInputData().length, realClock.now());
	const service = { ...(await openService(context)), onRetry: () => report.countRetry() };
	const signal = cancelSignalOf(context);
	// The node's own context lives with the execution: n8n keeps it for Retry On Fail and for Retry.
	const state = context.getContext('node') as { image3d?: LedgerState };
	state.image3d ??= {};
	const stopWaiting = new AbortController();
	const runIndex = context.getWorkflowDataProxy(0).$runIndex as number;
	const ledger = new Ledger(state.image3d, randomUUID, runIndex);
	return {
		context,
		service,
		report,
		names: new ModelNames(context, { wishOf: (index) => readWishedName(context, index) }),
		signal,
		stopWaiting,
		waitSignal: signal === undefined ? stopWaiting.signal : AbortSignal.any([signal, stopWaiting.signal]),
		concurrency,
		ledger,
		gate: new SpendingLimit(
			guards,
			isToolCall(context) ? startsInExecution(context) : ledger,
			service,
			signal,
		),
		window: new AdaptiveLimiter(concurrency),
		pictures: new ByteBudget(LOADED_PICTURES_BYTES),
		pacer: paceItems(),
		handedOn: [],
		refusals: [],
	};
}
