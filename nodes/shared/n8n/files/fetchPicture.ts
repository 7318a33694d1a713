/** Fetches a picture from the web: its link in, its checked bytes out. Fails with the name of the host. */
import { backoffMs, retryAfterIn } from '../../core/api/retryAfter';
import { timeSignal } from '../../core/concurrency/clock';
import { CANCELLED, type Outcome, fail } from '../../core/failure';
import { PAGE_HEAD_BYTES, notFetched, problemInAnswer } from '../../core/inputImage/imageHost';
import type { PictureLink } from '../../core/inputImage/imageLink';
import { MAX_PICTURE_BYTES, type Picture, checkPicture } from '../../core/inputImage/inputImage';
import type { NodeService } from '../http/openService';
import { readRequestError } from '../http/requestErrors';
import { realClock } from '../timing/realClock';

/** Ten megabytes take this long at 170 KB a second; a host that drips is given up. */
const FETCH_TIMEOUT_MS = 60_000;

/** A host that says "too often" is asked again, for the pictures of one shop come from one host … */
const MAX_TRIES = 3;

/** … but a longer rest than this is told instead of waited for: the picture keeps the place of a task meanwhile. */
const LONGEST_REST_MS = 30_000;

/** Some hosts refuse a client without a name, or one that takes pictures alone (406); AVIF is not asked for. */
const HEADERS = {
	Accept: 'image/jpeg, image/png, image/webp, image/*;q=0.8, */*;q=0.5',
	'User-Agent': 'Mozilla/5.0 (compatible; n8n-nodes-image3d)',
};

/** What fetching needs of its run. */
type Web = Pick<NodeService, 'openStream' | 'cancelled'>;

/** Fetches it, again where its host was only busy. Never rejects; signs in nowhere. */
export async function fetchPicture(web: Web, link: PictureLink): Promise<Outcome<Picture>> {
	const cancel = web.cancelled;
	for (let tried = 1; ; tried++) {
		const outcome = await fetchOnce(web, link);
		if (cancel?.aborted) return fail(CANCELLED);
		if (outcome.ok || !outcome.failure.retryable || tried >= MAX_TRIES) return outcome;
		const restMs = backoffMs(tried, outcome.failure.retryAfterMs, realClock.random());
		if (restMs > LONGEST_REST_MS) return outcome;
		await realClock.sleep(restMs, cancel);
	}
}

async function fetchOnce(
	{ openStream, cancelled: cancel }: Web,
	link: PictureLink,
): Promise<Outcome<Picture>> {
	const time = timeSignal(realClock, FETCH_TIMEOUT_MS);
	const signal = cancel === undefined ? time.signal : AbortSignal.any([cancel, time.signal]);
	try {
		const response = await openStream({
			method: 'GET',
			url: link.url,
			headers: HEADERS,
			abortSignal: signal,
		});
		const { statusCode, headers } = response;
		const bytes = await readBody(response.body as AsyncIterable<Buffer>, statusCode);
		const problem = problemInAnswer(link, statusCode, bytes);
		if (problem === undefined) return checkPicture(bytes, 'behind "Image URL"');
		const retryAfterMs = retryAfterIn(headers, realClock.now());
		return fail({ ...problem, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
	} catch (error) {
		if (time.signal.aborted) {
			const { host } = new URL(link.url);
			return fail(notFetched(`${host} did not send it within ${FETCH_TIMEOUT_MS / 1000} seconds`));
		}
		const reply = readRequestError(error, false);
		return fail(
			reply.kind === 'noAnswer'
				? notFetched(reply.reason, reply.remedy)
				: notFetched(`its server answered HTTP ${reply.status}`),
		);
	} finally {
		time.clear();
	}
}

/** The picture, or the start of the page that came in its place. */
async function readBody(body: AsyncIterable<Buffer>, statusCode: number): Promise<Buffer> {
	if (statusCode === 200) return await collect(body, MAX_PICTURE_BYTES);
	return await collect(body, PAGE_HEAD_BYTES).catch(() => Buffer.alloc(0));
}

/** The body up to one chunk over the limit, so that a film behind the link does not fill the memory. */
async function collect(body: AsyncIterable<Buffer>, mostBytes: number): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of body) {
		chunks.push(chunk);
		size += chunk.length;
		if (size > mostBytes) break;
	}
	return Buffer.concat(chunks);
}
