/** The Image3D service as the core sees it, reached through one node's context. */
import { DEFAULT_BASE_URL } from '../../core/api/endpoints';
import { PACE_MS } from '../../core/limits';
import { Throttle } from '../../core/concurrency/throttle';
import { secretsOf } from '../../core/auth/secrets';
import type { Service } from '../../core/polling/waitForTask';
import { realClock } from '../timing/realClock';
import type { NodeContext } from '../items/context';
import { readCredential } from './tokenRenewal';
import { createSend } from './apiTransport';

export interface NodeService extends Service {
	/** Whether models may come over plain http: only where the API itself does. */
	allowHttp: boolean;
}

/** One per run of a node: its status calls share a pace. */
export async function openService(context: NodeContext): Promise<NodeService> {
	const credentials = await readCredential(context);
	const baseUrl = credentials.baseUrl?.trim() || DEFAULT_BASE_URL;
	return {
		send: createSend(context, { baseUrl, secrets: secretsOf(credentials) }, realClock),
		clock: realClock,
		pace: new Throttle(realClock, PACE_MS),
		allowHttp: baseUrl.toLowerCase().startsWith('http:'),
	};
}
