/** What all items of one run of the node share: n8n's context in, and nothing of it behind. Fails where the guards cannot be read. */
import { randomUUID } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { ByteBudget } from '../shared/core/concurrency/byteBudget';
import { type Outcome, fail, succeed } from '../shared/core/failure';
import { Ledger, type LedgerState } from '../shared/core/purchase/ledger';
import type { TimeSlicer } from '../../glb/timeSlicer';
import { LOADED_PICTURES_BYTES } from '../shared/core/inputImage/inputImage';
import type { Durations } from '../shared/core/polling/durationMemory';
import { oneLine } from '../shared/core/report/oneLine';
import { RunReport } from '../shared/core/report/runReport';
import { AdaptiveLimiter } from '../shared/core/concurrency/adaptiveLimiter';
import { durationsOf } from '../shared/n8n/timing/durations';
import { realClock } from '../shared/n8n/timing/realClock';
import type { NodeRun } from '../shared/n8n/items/nodeRun';
import { type Progress, bindProgress } from '../shared/n8n/items/progress';
import { type NodeService, openService } from '../shared/n8n/http/openService';
import { openGuard } from '../shared/n8n/items/openGuard';
import { readConcurrency } from '../shared/n8n/fields/readOptions';
import { inTurn, paceItems } from '../shared/n8n/timing/stepQueue';
import { readGuards } from './guards';
import type { Purchases } from '../shared/core/purchase/purchases';
import { bindTables } from '../shared/n8n/http/dataTables/bindTables';
import { toMemoryTable } from '../shared/n8n/http/dataTables/toMemoryTable';
import type { PaidModels } from '../shared/core/purchase/memory/paidModels';
import { openMemory } from './openMemory';
import { PurchaseRecords } from '../shared/core/purchase/purchaseRecords';
import type { RetryGuard } from '../shared/core/purchase/retryGuard/retryGuard';
import { SpendingLimit } from '../shared/core/purchase/spendingLimit';
import { startsInExecution } from '../shared/core/purchase/startCount';
import { withUnsettled } from '../shared/core/purchase/unsettled';

/** Held by every step of an item; one per run of the node. */
export interface Run extends NodeRun, Purchases {
	/** The memory of paid models, where the user has switched it on. */
	paidModels?: PaidModels;
	service: NodeService;
	ledger: Ledger;
	gate: SpendingLimit;
	report: RunReport;
	progress: Progress;
	/** Closed with the run. */
	guard: RetryGuard;
	window: AdaptiveLimiter;
	/** What the loaded pictures take of n8n's memory. */
	pictures: ByteBudget;
	/** Of the loop over the items. */
	pacer: TimeSlicer;
	concurrency: number;
	/** In the clock's milliseconds. */
	startedMs: number;
	/** How long this node's tasks took. */
	durations: Durations;
	/** Ends when the execution is cancelled. */
	signal?: AbortSignal;
	/** Ends the waiting for tasks, and nothing else, once an item has failed the node. */
	stopWaiting: AbortController;
	waitSignal: AbortSignal;
}

/** A table that hangs is given up after a minute and a half: an item that is not paid for waits no longer. */
const TABLE_PATIENCE = { maxTries: 3 };

/** Options that hold for the whole run are taken from the first item. */
export async function openRun(context: IExecuteFunctions, node: NodeRun): Promise<Outcome<Run>> {
	const options = node.parametersOf(0).readOptions();
	const guards = readGuards(options, node.getNode());
	if (!guards.ok) return guards;
	const concurrency = readConcurrency(options);
	const startedMs = realClock.now();
	const report = new RunReport(node.itemCount, startedMs);
	const progress = bindProgress(node, report, realClock);
	const service = { ...(await openService(context)), onRetry: () => report.countRetry() };
	const signal = service.cancelled;
	const { memory } = node;
	const state = memory as { image3d?: LedgerState };
	state.image3d ??= {};
	const ledger = new Ledger(state.image3d, randomUUID, node.runIndex);
	const starts = node.isTool ? startsInExecution(memory) : ledger;
	const spendLimitSpan = node.isTool ? 'execution' : 'run';
	const stopWaiting = new AbortController();
	const waitSignal =
		signal === undefined ? stopWaiting.signal : AbortSignal.any([signal, stopWaiting.signal]);
	const tableOf = (id: string) => toMemoryTable(bindTables(context, TABLE_PATIENCE), id);
	const { executionId, nodeName } = node.describePlace();
	const paidModels = await openMemory(node, tableOf, ledger, waitSignal);
	// A try before may have paid for something all the same.
	if (!paidModels.ok) return fail(withUnsettled(paidModels.failure, ledger));
	const guard = openGuard(context, ledger, memory);
	return succeed({
		...node,
		service,
		report,
		progress,
		signal,
		stopWaiting,
		waitSignal,
		concurrency,
		startedMs,
		durations: durationsOf(node.nodeKey),
		ledger,
		guard,
		paidModels: paidModels.value,
		// What is nearest to the execution is asked first.
		records: new PurchaseRecords(
			[guard, ...(paidModels.value === undefined ? [] : [paidModels.value])],
			node.log,
		),
		gate: new SpendingLimit({ ...guards.value, spendLimitSpan }, starts, service, signal),
		window: new AdaptiveLimiter(concurrency),
		pictures: new ByteBudget(LOADED_PICTURES_BYTES),
		pacer: paceItems(),
		inTurn,
		place: `execution ${executionId}, node "${oneLine(nodeName)}"`,
	});
}
