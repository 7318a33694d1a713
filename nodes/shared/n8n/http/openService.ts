/**
 * The Image3D service as the core sees it: one node's context in, bound capabilities out. Rejects where the credential cannot
 * be read.
 */
import { DEFAULT_BASE_URL } from '../../core/api/endpoints';
import { PACE_MS } from '../../core/api/service';
import { Throttle } from '../../core/concurrency/throttle';
import { secretsOf } from '../../core/auth/secrets';
import type { Service } from '../../core/api/service';
import type { StoredFiles } from '../files/storedFile';
import { realClock } from '../timing/realClock';
import type { NodeContext } from '../items/context';
import { type OpenStream, bindApi } from './apiAccess';
import { createSend } from './apiTransport';

/** What the core knows as `Service`, with what only n8n's side needs. */
export interface NodeService extends Service {
	/** Whether models may come over plain http: only where the API itself does. */
	allowHttp: boolean;
	/** Ends when the execution is cancelled; a poll has none. */
	cancelled?: AbortSignal;
	/** Opens a file on the web, without any credential. */
	openStream: OpenStream;
	/** n8n's storage of files. */
	files: StoredFiles;
}

/** One per run of a node: its status calls share a pace. */
export async function openService(context: NodeContext): Promise<NodeService> {
	const access = bindApi(context);
	const credentials = await access.readCredential();
	const baseUrl = credentials.baseUrl?.trim() || DEFAULT_BASE_URL;
	return {
		send: createSend(access, { baseUrl, secrets: secretsOf(credentials) }, realClock),
		clock: realClock,
		pace: new Throttle(realClock, PACE_MS),
		allowHttp: baseUrl.toLowerCase().startsWith('http:'),
		cancelled: access.cancelled,
		openStream: access.openStream,
		files: context.helpers,
	};
}
