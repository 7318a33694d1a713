/** What the nodes share of n8n's contexts: the ones that can call the API and store files, or look into a table. */
import type { IExecuteFunctions, ILoadOptionsFunctions, IPollFunctions } from 'n8n-workflow';

/** A node that runs, or a trigger that polls. */
export type NodeContext = IExecuteFunctions | IPollFunctions;

/** These, and a list in the editor: only a run can be cancelled. */
type AnyContext = NodeContext | ILoadOptionsFunctions;

export const CREDENTIAL = 'image3dApi';

/** The execution's cancel signal; a poll has none. */
export function cancelSignalOf(context: AnyContext): AbortSignal | undefined {
	return 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
}

/** The same context with another cancel signal: n8n puts the execution's over every request's own. */
export function withCancelSignal<Context extends AnyContext>(context: Context, signal: AbortSignal): Context {
	if (!('getExecutionCancelSignal' in context)) return context;
	return Object.create(context, { getExecutionCancelSignal: { value: () => signal } }) as Context;
}
