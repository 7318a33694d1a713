/** n8n's preAuthentication for the Image3D credential: the stored fields in, the fields to store out. */
import type { ICredentialDataDecryptedObject, IHttpRequestHelper, IN8nHttpFullResponse } from 'n8n-workflow';
import { READ_TIMEOUT_MS } from '../core/limits';
import type { SignInRequest } from '../core/signIn/firebase';
import { Sessions } from '../core/signIn/session';
import { type SendSignIn, type SignInData, signIn } from '../core/signIn/signIn';
import { parseObject } from '../core/reply';
import { readRequestError } from './requestErrors';

/** One for the whole n8n process: parallel calls with the same expired token share one refresh. */
const sessions = new Sessions(() => Date.now());

/** A live token, and what else changed. Rejects with a sentence for the person, never with a request in it. */
export async function renewSession(
	helper: IHttpRequestHelper,
	credentials: ICredentialDataDecryptedObject,
): Promise<ICredentialDataDecryptedObject> {
	const data = credentials as SignInData;
	const renewed = await signIn(
		data,
		async (request) => await sendSignIn(helper, request),
		sessions,
		Date.now(),
	);
	return { ...renewed };
}

async function sendSignIn(helper: IHttpRequestHelper, request: SignInRequest): ReturnType<SendSignIn> {
	try {
		const response = (await helper.helpers.httpRequest({
			method: 'POST',
			url: request.url,
			headers: request.headers,
			body: request.body as never,
			encoding: 'text',
			returnFullResponse: true,
			disableFollowRedirect: true,
			timeout: READ_TIMEOUT_MS,
		})) as IN8nHttpFullResponse;
		const { body, statusCode } = response;
		return { status: statusCode, body: typeof body === 'string' ? parseObject(body) : body };
	} catch (error) {
		const reply = readRequestError(error, false);
		if (reply.kind === 'answer') return { status: reply.status, body: parseObject(reply.body) };
		return {
			unreachable:
				reply.remedy === undefined ? reply.reason : `${reply.reason}. ${withoutStop(reply.remedy)}`,
		};
	}
}

/** What goes on as a sentence of somebody else's. */
function withoutStop(text: string): string {
	return text.replace(/\.$/, '');
}
