/**
 * The guard of a run against paying again on *Retry*: n8n's context in; out comes the guard, with the notes that n8n keeps
 * for a node in its database ("processed data", written at once) and with what this process remembers.
 */
import type { IExecuteFunctions } from 'n8n-workflow';
import type { Ledger } from '../../core/purchase/ledger';
import { type ResumeAddresses, lineageIn } from '../../core/purchase/retryGuard/lineage';
import { NoteBook } from '../../core/purchase/retryGuard/noteBook';
import type { NoteStore } from '../../core/purchase/retryGuard/noteQueue';
import { MAX_NOTES, NotedOrdinals } from '../../core/purchase/retryGuard/notedOrdinals';
import { RememberedPurchases } from '../../core/purchase/retryGuard/rememberedPurchases';
import { RetryGuard } from '../../core/purchase/retryGuard/retryGuard';
import { RunNotes } from '../../core/purchase/retryGuard/runNotes';
import { realClock } from '../timing/realClock';
import { attempt } from './attempt';

/** One of each for the whole n8n process. */
const remembered = new RememberedPurchases();
const notes = new NoteBook(realClock);

/** Opens the guard of a run, to be closed with it. `memory`: what n8n keeps with the execution for the node. */
export function openGuard(context: IExecuteFunctions, ledger: Ledger, memory: object): RetryGuard {
	const node = `${context.getWorkflow().id} ${context.getNode().id}`;
	const store = bindNotes(context.helpers);
	const place = store && { queue: () => notes.queueOf(node), store };
	const lineage = attempt(() => lineageIn(context.getWorkflowDataProxy(0).$execution as ResumeAddresses));
	const log = { warn: (text: string) => context.logger.warn(text) };
	return new RetryGuard(
		{ node, lineage, executionId: context.getExecutionId(), isRetry: context.getMode() === 'retry' },
		{ ledger, remembered, ordinals: new NotedOrdinals(memory), notes: new RunNotes(place, lineage, log) },
	);
}

/** Older n8n has no notes for nodes. */
function bindNotes(helpers: IExecuteFunctions['helpers']): NoteStore | undefined {
	const options = { mode: 'entries', maxEntries: MAX_NOTES } as const;
	if (typeof helpers.checkProcessedAndRecord !== 'function') return undefined;
	return {
		record: async (keys) =>
			(await helpers.checkProcessedAndRecord(keys, 'node', options)).processed.map(String),
		remove: async (keys) => await helpers.removeProcessed(keys, 'node', options),
	};
}
