/**
 * What the calls of one run need of n8n, bound to its node: a context in, capabilities out. Behind it no call knows of a
 * context. What they reject with is n8n's own error.
 */
import type {
	IAdditionalCredentialOptions,
	IDataObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import type { SignInData } from '../../core/auth/signIn';
import { CREDENTIAL, type NodeContext, cancelSignalOf, withCancelSignal } from '../items/context';
import { openStream } from './openStream';

/** Opens a file on the web, without any credential. */
export type OpenStream = (options: IHttpRequestOptions) => Promise<IN8nHttpFullResponse>;

/** The only way from a run to the network and to the stored credential. */
export interface ApiAccess {
	/** Ends when the execution is cancelled; a poll has none. */
	cancelled?: AbortSignal;
	/** Calls the API with the stored credential, or with `credentials`. */
	call(
		options: IHttpRequestOptions,
		signal: AbortSignal,
		credentials?: IAdditionalCredentialOptions,
	): Promise<IN8nHttpFullResponse>;
	readCredential(): Promise<SignInData & IDataObject>;
	/** The credential to call with where `data` takes the place of what is stored. */
	credentialWith(data: IDataObject): IAdditionalCredentialOptions;
	/** What n8n keeps with the execution for this node's retries; a poll has none. */
	readMemory(): object | undefined;
	openStream: OpenStream;
}

/** Binds the capabilities to the node that runs. */
export function bindApi(context: NodeContext): ApiAccess {
	return {
		cancelled: cancelSignalOf(context),
		call: async (options, signal, credentials) =>
			(await context.helpers.httpRequestWithAuthentication.call(
				// It also ends at the time limit.
				withCancelSignal(context, signal),
				CREDENTIAL,
				options,
				credentials,
			)) as IN8nHttpFullResponse,
		readCredential: async () => await context.getCredentials<SignInData & IDataObject>(CREDENTIAL),
		credentialWith: (data) => {
			const { id, name } = context.getNode().credentials![CREDENTIAL];
			return { credentialsDecrypted: { id: id ?? '', name, type: CREDENTIAL, data: data as never } };
		},
		readMemory: () => ('getContext' in context ? context.getContext('node') : undefined),
		openStream: async (options) =>
			await openStream(async (request) => await context.helpers.httpRequest(request), options),
	};
}
