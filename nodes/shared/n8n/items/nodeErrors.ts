/**
 * Failures as n8n shows them: a Failure in, an error to throw or an error item out. Neither ever carries what the request
 * carried.
 */
import {
	type INode,
	type INodeExecutionData,
	type JsonObject,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';
import { type Failure, type FailureKind, describeOthers, mayHaveBeenCharged } from '../../core/failure';
import { redact } from '../../core/report/redact';

/** All that is needed of a context to speak of its node. */
type OfNode = { getNode(): INode };

type DeclaredFailure = NonNullable<NodeOperationError['failure']>;

/** n8n's own words for why a node failed: its poller backs off by them. */
const CAUSES: Partial<Record<FailureKind, DeclaredFailure['cause']>> = {
	rateLimited: 'rate-limited',
	paymentRequired: 'quota-exhausted',
	serverError: 'temporarily-unavailable',
	unreachable: 'temporarily-unavailable',
	unreadable: 'temporarily-unavailable',
	unauthorized: 'credential-invalid',
	badInput: 'configuration-invalid',
};

/** The error to throw: of the API when the service answered, of the operation when nothing was sent. */
export function toNodeError(
	context: OfNode,
	failure: Failure,
	itemIndex?: number,
): NodeApiError | NodeOperationError {
	const { message, hint } = failure;
	const options = { description: describe(failure), itemIndex, ...declare(failure) };
	const error =
		failure.kind === 'badInput' || failure.kind === 'cancelled'
			? new NodeOperationError(context.getNode(), message, options)
			: new NodeApiError(context.getNode(), { message, description: hint } as JsonObject, {
					message,
					...options,
					httpCode: failure.httpCode,
				});
	// n8n lists the message a second time under the error's details.
	error.messages = error.messages.filter((said) => said !== error.message);
	// Fields a workflow's error branch can read.
	if (failure.taskId !== undefined) error.context.task_id = failure.taskId;
	if (failure.modelUrl !== undefined) error.context.model_url = failure.modelUrl;
	return error;
}

/** The item that stands for a failed input under *Continue*. */
export function toErrorItem(context: OfNode, failure: Failure, itemIndex: number): INodeExecutionData {
	const item: INodeExecutionData = {
		json: {
			error: failure.message,
			hint: describe(failure),
			...(failure.fileName === undefined ? {} : { file_name: failure.fileName }),
			...(failure.taskId === undefined ? {} : { task_id: failure.taskId }),
			...(failure.modelUrl === undefined ? {} : { model_url: failure.modelUrl }),
			...(failure.httpCode === undefined ? {} : { http_code: failure.httpCode }),
			// For a workflow that would otherwise send it again.
			...(mayHaveBeenCharged(failure) ? { may_be_charged: true } : {}),
			// For a workflow that answers whoever sent the item: the item is at fault, and nothing was sent. A host that is busy is not.
			...(failure.kind === 'badInput' && !failure.retryable ? { bad_input: true } : {}),
		},
		pairedItem: { item: itemIndex },
	};
	if (context.getNode().onError === 'continueErrorOutput') {
		// n8n sends an item with `error` to the error output, and would replace its JSON if the property were enumerable.
		Object.defineProperty(item, 'error', {
			value: toNodeError(context, failure, itemIndex),
			enumerable: false,
			writable: true,
			configurable: true,
		});
	}
	return item;
}

function describe(failure: Failure): string {
	const more = describeOthers(failure.otherTaskIds, failure.otherUncertain);
	const link = failure.modelUrl === undefined ? '' : ` Last link tried: ${redact(failure.modelUrl)}`;
	return `${failure.hint}${more}${link}`;
}

function declare(failure: Failure): { failure?: DeclaredFailure } {
	const cause = CAUSES[failure.kind];
	if (cause === undefined) return {};
	return {
		failure: {
			cause,
			...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
		} as DeclaredFailure,
	};
}
