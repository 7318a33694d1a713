/**
 * Streams a model into n8n's binary storage, refusing on the way what is not a whole GLB: its link in, the stored file out.
 * Fails with what the host answered.
 */
import type { IBinaryData } from 'n8n-workflow';
import type { Clock } from '../../core/concurrency/clock';
import { CANCELLED, type Failure, type Outcome, fail, succeed } from '../../core/failure';
import { DownloadTime } from '../../core/delivery/downloadTime';
import { GlbCheck } from '../../core/delivery/glbStreamCheck';
import { retryAfterIn } from '../../core/api/retryAfter';
import { type ModelStream, keepModel } from './modelStream';
import type { NodeService } from '../http/openService';
import { readRequestError } from '../http/requestErrors';

/** A redirect chain longer than this is a loop. */
const MAX_REDIRECTS = 5;

/** How a model is called, and what of it is refused. */
export interface DownloadOptions {
	fileName: string;
	/** Larger models are refused; unlimited when undefined. */
	maxBytes?: number;
	/** Whether plain http is allowed: only when the API itself is reached that way. */
	allowHttp: boolean;
	/** Ends the download. */
	signal?: AbortSignal;
}

/** A whole model in n8n's storage. */
export interface StoredModel {
	binary: IBinaryData;
	bytes: number;
	/** Bytes came behind the model, and were left away. */
	isPadded: boolean;
}

/** What a download needs of its run. */
type Downloads = Pick<NodeService, 'openStream' | 'files' | 'clock'>;

export const GLB_MIME_TYPE = 'model/gltf-binary';

/** n8n hands on Node's response stream. */
type ByteStream = ModelStream & {
	destroy(): void;
	readonly headers?: Record<string, string | undefined>;
};

/** Downloads one model. Never sends the API token. Never rejects; the Failure says whether trying again can help. */
export async function downloadModel(
	service: Downloads,
	modelUrl: string,
	options: DownloadOptions,
): Promise<Outcome<StoredModel>> {
	const { clock } = service;
	const stop = new AbortController();
	const cancel = options.signal;
	const signal = cancel === undefined ? stop.signal : AbortSignal.any([cancel, stop.signal]);
	const check = new GlbCheck(options.maxBytes);
	const time = watchTime(check, stop, signal, clock);
	let body: ByteStream | undefined;
	try {
		const opened = await openModel(service, modelUrl, options, signal);
		if (!opened.ok) return opened;
		body = opened.value;
		const model = keepModel(body, check, clock, signal);
		const binary = await service.files.prepareBinaryData(model, options.fileName, GLB_MIME_TYPE);
		const problem = check.findProblemAtEnd();
		if (problem !== undefined) return fail(problem);
		return succeed({ binary, bytes: check.declaredLength!, isPadded: check.isPadded });
	} catch (error) {
		if (cancel?.aborted) return fail(CANCELLED);
		const reply = readRequestError(error, false);
		const lost = reply.kind === 'noAnswer' ? brokenOff(reply.reason, reply.remedy) : brokenOff('');
		return fail(check.problem ?? time.problem ?? lost);
	} finally {
		stop.abort();
		// What comes behind the model is not wanted.
		body?.destroy();
	}
}

async function openModel(
	{ openStream, clock }: Downloads,
	modelUrl: string,
	options: DownloadOptions,
	signal: AbortSignal,
): Promise<Outcome<ByteStream>> {
	let url = modelUrl;
	for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
		if (!isAllowed(url, options.allowHttp)) return fail(UNSAFE_LINK);
		const response = await openStream({
			method: 'GET',
			url,
			headers: {
				Accept: `${GLB_MIME_TYPE}, application/octet-stream;q=0.9, */*;q=0.5`,
				// A GLB gains little by it, and what n8n inflates costs memory and time.
				'Accept-Encoding': 'identity',
			},
			disableFollowRedirect: true,
			abortSignal: signal,
		});
		const headers = response.headers as Record<string, string | undefined>;
		const body = response.body as unknown as ByteStream;
		if (response.statusCode === 200) return succeed(body);
		body.destroy();
		const location = headers.location;
		const isRedirect = response.statusCode >= 300 && response.statusCode < 400 && location !== undefined;
		if (!isRedirect || !URL.canParse(location, url))
			return fail(refused(response.statusCode, headers, clock));
		url = new URL(location, url).href;
	}
	return fail({
		...brokenOff('it is redirected in a circle', 'Check whether a proxy or login page is in the way.'),
		retryable: false,
	});
}

function isAllowed(url: string, allowHttp: boolean): boolean {
	const protocol = URL.canParse(url) ? new URL(url).protocol : '';
	return protocol === 'https:' || (allowHttp && protocol === 'http:');
}

/** Ends the download when it takes too long; `problem` then says why. */
function watchTime(
	check: GlbCheck,
	stop: AbortController,
	signal: AbortSignal,
	clock: Clock,
): { problem?: Failure } {
	const watch: { problem?: Failure } = {};
	const time = new DownloadTime(clock.now());
	void (async () => {
		while (watch.problem === undefined) {
			await clock.sleep(Math.min(LOOK_EVERY_MS, time.deadlineMs - clock.now()), signal);
			if (signal.aborted) return;
			time.note(check.received, clock.now());
			watch.problem = time.findProblem(clock.now());
		}
		stop.abort();
	})();
	return watch;
}

/** How exactly a download's time is kept. */
const LOOK_EVERY_MS = 1_000;

const UNSAFE_LINK: Failure = {
	kind: 'download',
	message: 'The link to the model is not a secure web address (https)',
	hint: 'Nothing was downloaded from it.',
	retryable: false,
};

/** Fresh links were tried by then: waiting is no remedy. */
const REFUSED =
	'Check whether a firewall or proxy blocks that server, then run again. If not, ask Image3D support for the model.';

function refused(status: number, headers: Record<string, string | undefined>, clock: Clock): Failure {
	const retryAfterMs = retryAfterIn(headers, clock.now());
	const mayPass = status === 408 || status === 429 || status >= 500;
	return {
		kind: 'download',
		message: `The model could not be downloaded: its server answered HTTP ${status}`,
		hint: mayPass ? 'Run again a little later.' : REFUSED,
		retryable: mayPass,
		httpCode: String(status),
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
	};
}

function brokenOff(reason: string, remedy?: string): Failure {
	return {
		kind: 'download',
		message: `The download of the model broke off${reason === '' ? '' : `: ${reason}`}`,
		hint: remedy === undefined ? 'Run again a little later.' : `${remedy} Then run again.`,
		retryable: true,
	};
}
