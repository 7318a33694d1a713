/** Fetches a picture from the web: its link in, its bytes out, or a Failure that names the host. */
import { timeSignal } from '../../core/concurrency/clock';
import { CANCELLED, type Outcome, fail } from '../../core/failure';
import { MAX_PICTURE_BYTES } from '../../core/inputImage/inputImage';
import { type Picture, checkPicture } from '../../core/inputImage/inputImage';
import {
	PAGE_HEAD_BYTES,
	notFetched,
	pageInsteadOfPicture,
	refusedByHost,
} from '../../core/inputImage/imageHost';
import { type PictureLink, readPictureLink } from '../../core/inputImage/imageLink';
import { backoffMs, retryAfterIn } from '../../core/api/retryAfter';
import { realClock } from '../timing/realClock';
import type { NodeService } from '../http/openService';
import { readRequestError } from '../http/requestErrors';

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

/** Never rejects. Fetches from whatever host the link names, without any sign-in. */
export async function fetchPicture(web: Web, text: string): Promise<Outcome<Picture>> {
	const link = readPictureLink(text);
	if (!link.ok) return link;
	const cancel = web.cancelled;
	for (let tried = 1; ; tried++) {
		const outcome = await fetchOnce(web, link.value);
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
		const body = response.body as AsyncIterable<Buffer>;
		const { statusCode, headers } = response;
		if (statusCode !== 200) {
			const page = await collect(body, PAGE_HEAD_BYTES).catch(() => Buffer.alloc(0));
			const failure = refusedByHost(link, statusCode, page.toString('latin1'));
			const retryAfterMs = retryAfterIn(headers, realClock.now());
			return fail({ ...failure, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
		}
		const bytes = await collect(body, MAX_PICTURE_BYTES);
		const page = pageInsteadOfPicture(link, bytes);
		return page === undefined ? checkPicture(bytes, 'behind "Image URL"') : fail(page);
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
