/** Streams a model into n8n's binary storage, refusing on the way what is not a whole GLB. */
import type { IBinaryData, IN8nHttpFullResponse } from 'n8n-workflow';
import type { Clock } from '../core/clock';
import { CANCELLED, type Failure, type Outcome, fail, succeed } from '../core/failure';
import { GlbCheck } from '../core/glbCheck';
import { MAX_REDIRECTS, STALL_TIMEOUT_MS } from '../core/limits';
import { parseRetryAfter } from '../core/retry';
import type { NodeContext } from './context';
import { readRequestError } from './requestErrors';

export interface DownloadOptions {
	fileName: string;
	/** Larger models are refused; unlimited when undefined. */
	maxBytes?: number;
	/** Whether plain http is allowed: only when the API itself is reached that way. */
	allowHttp: boolean;
	/** Ends the download. */
	signal?: AbortSignal;
}

export interface StoredModel {
	binary: IBinaryData;
	bytes: number;
}

export const GLB_MIME_TYPE = 'model/gltf-binary';

/** n8n hands on Node's response stream; `map` makes a checked stream of it without importing one. */
type ByteStream = AsyncIterable<Buffer> & {
	map(check: (chunk: Buffer) => Buffer, options: { signal: AbortSignal }): never;
	destroy(): void;
	readonly headers?: Record<string, string | undefined>;
};

/** Downloads one model. Never sends the API token. Never rejects; the Failure says whether trying again can help. */
export async function downloadModel(
	context: NodeContext,
	modelUrl: string,
	options: DownloadOptions,
	clock: Clock,
): Promise<Outcome<StoredModel>> {
	const stop = new AbortController();
	const cancel = options.signal;
	const signal = cancel === undefined ? stop.signal : AbortSignal.any([cancel, stop.signal]);
	const check = new GlbCheck(options.maxBytes);
	const watchdog = watchForStall(check, stop, signal, clock);
	try {
		const opened = await openModel(context, modelUrl, options, signal, clock);
		if (!opened.ok) return opened;
		const { body, headers } = opened.value;
		check.expectLength(headers['content-encoding'] === undefined ? headers['content-length'] : undefined);
		const checked = body.map((chunk) => check.take(chunk), { signal });
		const binary = await context.helpers.prepareBinaryData(checked, options.fileName, GLB_MIME_TYPE);
		const problem = check.findProblemAtEnd();
		return problem === undefined ? succeed({ binary, bytes: check.received }) : fail(problem);
	} catch (error) {
		if (cancel?.aborted) return fail(CANCELLED);
		const reply = readRequestError(error, false);
		return fail(
			check.problem ??
				brokenOff(
					watchdog.hasStalled ? 'no data came for a while' : reply.kind === 'noAnswer' ? reply.reason : '',
				),
		);
	} finally {
		stop.abort();
	}
}

async function openModel(
	context: NodeContext,
	modelUrl: string,
	options: DownloadOptions,
	signal: AbortSignal,
	clock: Clock,
): Promise<Outcome<{ body: ByteStream; headers: Record<string, string | undefined> }>> {
	let url = modelUrl;
	for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
		if (!isAllowed(url, options.allowHttp)) return fail(UNSAFE_LINK);
		const response = (await context.helpers.httpRequest({
			method: 'GET',
			url,
			headers: { Accept: `${GLB_MIME_TYPE}, application/octet-stream;q=0.9, */*;q=0.5` },
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			abortSignal: signal,
		})) as IN8nHttpFullResponse;
		const headers = response.headers as Record<string, string | undefined>;
		const body = response.body as unknown as ByteStream;
		if (response.statusCode === 200) return succeed({ body, headers });
		body.destroy();
		const location = headers.location;
		const isRedirect = response.statusCode >= 300 && response.statusCode < 400 && location !== undefined;
		if (!isRedirect || !URL.canParse(location, url))
			return fail(refused(response.statusCode, headers, clock));
		url = new URL(location, url).href;
	}
	return fail({ ...brokenOff('it is redirected in a circle'), retryable: false });
}

function isAllowed(url: string, allowHttp: boolean): boolean {
	const protocol = URL.canParse(url) ? new URL(url).protocol : '';
	return protocol === 'https:' || (allowHttp && protocol === 'http:');
}

/** Aborts the download when no byte has come for a while. */
function watchForStall(
	check: GlbCheck,
	stop: AbortController,
	signal: AbortSignal,
	clock: Clock,
): { hasStalled: boolean } {
	const watchdog = { hasStalled: false };
	void (async () => {
		for (let seen = -1; seen !== check.received; ) {
			seen = check.received;
			await clock.sleep(STALL_TIMEOUT_MS, signal);
			if (signal.aborted) return;
		}
		watchdog.hasStalled = true;
		stop.abort();
	})();
	return watchdog;
}

const UNSAFE_LINK: Failure = {
	kind: 'download',
	message: 'The link to the model is not a secure web address (https)',
	hint: 'Nothing was downloaded from it.',
	retryable: false,
};

function refused(status: number, headers: Record<string, string | undefined>, clock: Clock): Failure {
	const retryAfterMs = parseRetryAfter(headers['retry-after'], clock.now());
	return {
		kind: 'download',
		message: `The model could not be downloaded: its server answered HTTP ${status}`,
		hint: 'Run again a little later.',
		retryable: status === 408 || status === 429 || status >= 500,
		httpCode: String(status),
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
	};
}

function brokenOff(reason: string): Failure {
	return {
		kind: 'download',
		message: `The download of the model broke off${reason === '' ? '' : `: ${reason}`}`,
		hint: 'Run again a little later.',
		retryable: true,
	};
}
