/**
 * One request to n8n's own public API, bound to the node that runs: n8n's context in, a capability out, behind which
 * nothing knows of a context. Fails where the node has no key; whatever the network does comes back as an ApiResponse.
 */
import type {
	IDataObject,
	IExecuteFunctions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IPollFunctions,
} from 'n8n-workflow';
import { withoutSlashes } from '../../../core/api/endpoints';
import type { ApiResponse, NetworkError } from '../../../core/api/response';
import { type Outcome, fail, succeed } from '../../../core/failure';
import { READ_TIMEOUT_MS } from '../../../core/limits';
import { oneLine } from '../../../core/report/oneLine';
import { cancelSignalOf, withCancelSignal } from '../../items/context';
import { readRequestError } from '../requestErrors';
import { toAnswer } from '../toAnswer';
import { NO_KEY } from './tableFailures';

const CREDENTIAL = 'image3dN8nApi';
const TABLES_PATH = '/api/v1/data-tables';

/** A poll, a run and a list in the editor alike: no other way to Data Tables is open to all of them. */
export type TableContext = IExecuteFunctions | IPollFunctions | ILoadOptionsFunctions;

/** A call of the API, without its address and key. */
export interface TableRequest {
	method: 'GET' | 'POST' | 'PATCH';
	/** Behind the path of all tables. */
	path: string;
	query?: IDataObject;
	body?: IDataObject;
}

/** The only way from a run or a poll to its tables. */
export interface TableAccess {
	/** Ends when the execution is canceled, with all that only asks; undefined where nobody can. */
	cancelled?: AbortSignal;
	send(request: TableRequest): Promise<Outcome<ApiResponse>>;
}

/** Binds it. A write goes on when the execution is canceled: what it notes has been paid for. */
export function bindTableAccess(context: TableContext): TableAccess {
	const cancelled = cancelSignalOf(context);
	const readCredential = async () => await context.getCredentials<IDataObject>(CREDENTIAL);
	return {
		cancelled,
		send: async (request) => {
			if (context.getNode().credentials?.[CREDENTIAL]?.id == null) return fail(NO_KEY);
			const address = await readAddress(readCredential);
			if (typeof address !== 'string') return succeed(address);
			const caller = request.method === 'GET' ? context : withoutCancel(context);
			try {
				const response = await context.helpers.httpRequestWithAuthentication.call(caller, CREDENTIAL, {
					method: request.method,
					url: `${address}${TABLES_PATH}${request.path}`,
					...(request.query === undefined ? {} : { qs: request.query }),
					...(request.body === undefined ? {} : { body: request.body }),
					encoding: 'text',
					returnFullResponse: true,
					// n8n would follow a redirect with the key, to any host.
					disableFollowRedirect: true,
					timeout: READ_TIMEOUT_MS,
				});
				return succeed(toAnswer(response as IN8nHttpFullResponse));
			} catch (error) {
				const isCancelled = request.method === 'GET' && cancelled?.aborted === true;
				return succeed(readRequestError(error, isCancelled));
			}
		},
	};
}

/** With a signal of its own for each write, which nothing aborts: eleven writes on one signal make Node.js warn of a leak. */
function withoutCancel(context: TableContext): TableContext {
	return withCancelSignal(context, new AbortController().signal);
}

/** n8n reads the credential from its database for each request: one that was deleted, or a database that fails, rejects. */
async function readAddress(readCredential: () => Promise<IDataObject>): Promise<string | NetworkError> {
	try {
		const { instanceUrl } = await readCredential();
		return withoutSlashes(String(instanceUrl ?? '').trim());
	} catch (error) {
		const said = error instanceof Error ? error.message : 'unknown error';
		return {
			kind: 'noAnswer',
			reached: 'never',
			reason: `n8n could not read the credential: ${oneLine(said)}`,
			remedy: 'Check the credential under "API Key of This n8n".',
		};
	}
}
