/** What the nodes share of n8n's contexts: the ones that can call the API and store files. */
import type { IExecuteFunctions, IPollFunctions } from 'n8n-workflow';

/** A node that runs, or a trigger that polls. */
export type NodeContext = IExecuteFunctions | IPollFunctions;

export const CREDENTIAL = 'image3dApi';

/** The execution's cancel signal; a poll has none. */
export function cancelSignalOf(context: NodeContext): AbortSignal | undefined {
	return 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
}
