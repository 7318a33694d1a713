/** What an image host answered in place of a picture, in words that name the host: answers in, Failures out. */
import { type Failure, badInput } from '../failure';
import { recognizeFile, WEB_PAGE } from './imageFormat';
import { BYTES_PER_MB } from '../limits';
import { MAX_PICTURE_BYTES } from './inputImage';
import type { PictureLink } from './imageLink';

/** With these a host turns away who asks, or how often; the picture may be there. */
const REFUSALS = new Set([401, 403, 406, 418, 451]);
const TOO_OFTEN = new Set([429, 503]);

/** Words of pages that want to see a human first. */
const CHALLENGE =
	/captcha|cf-challenge|challenge-platform|just a moment|are you (?:a )?(?:human|robot)|verify you are human/i;

const OPEN_IT = `Open the link in a browser to check it; it must work without signing in and be at most ${MAX_PICTURE_BYTES / BYTES_PER_MB} MB.`;

/** Why there is no picture, and what helps. */
interface Problem {
	reason: string;
	remedy: string;
	/** The host may send it a moment later. */
	isBusy?: true;
}

/** What a host answered in place of a picture; undefined where it may be one. Of `body` the start is enough. */
export function problemInAnswer(link: PictureLink, status: number, body: Uint8Array): Failure | undefined {
	const problem =
		status === 200
			? pageInsteadOfPicture(link, body)
			: refusedByHost(link, status, Buffer.from(body).toString('latin1'));
	if (problem === undefined) return undefined;
	const failure = notFetched(problem.reason, problem.remedy);
	return problem.isBusy ? { ...failure, retryable: true } : failure;
}

/** Why there is no picture: the host answered with this status. */
function refusedByHost(link: PictureLink, status: number, body: string): Problem {
	const { host } = new URL(link.url);
	const reason = `its server ${host} answered HTTP ${status}`;
	if (TOO_OFTEN.has(status) && !CHALLENGE.test(body)) {
		const remedy = `${host} limits how many pictures it sends: lower Concurrency, or run again later.`;
		return { reason, remedy, isBusy: true };
	}
	if (link.service !== undefined && status < 500) return { reason, remedy: shareIt(link) };
	if (REFUSALS.has(status) || CHALLENGE.test(body)) return { reason, remedy: letItThrough(host) };
	if (status >= 500) return { reason, remedy: `${host} has a problem of its own: run again later.` };
	return { reason, remedy: OPEN_IT };
}

/** What came instead of a picture with 200; undefined where it is no page. */
function pageInsteadOfPicture(link: PictureLink, bytes: Uint8Array): Problem | undefined {
	if (recognizeFile(bytes) !== WEB_PAGE) return undefined;
	const { host } = new URL(link.url);
	if (link.service !== undefined) {
		return { reason: `${link.service.name} answered with a web page`, remedy: shareIt(link) };
	}
	if (CHALLENGE.test(Buffer.from(bytes.subarray(0, PAGE_HEAD_BYTES)).toString('latin1'))) {
		return { reason: `${host} first asks for proof that you are human`, remedy: letItThrough(host) };
	}
	return {
		reason: `${host} answered with a web page`,
		remedy: 'Take the link of the picture itself: in a browser, right-click it and copy the image address.',
	};
}

/** How much of a page is looked at for what it wants. */
export const PAGE_HEAD_BYTES = 64 * 1024;

/** A picture that could not be had at all. */
export function notFetched(reason: string, hint = OPEN_IT): Failure {
	return badInput(`The picture behind "Image URL" could not be fetched: ${reason}`, hint).failure;
}

function shareIt({ service }: PictureLink): string {
	return `Share it with everyone who has the link, or load it with the ${service!.node} node and choose Binary File as Image Source.`;
}

function letItThrough(host: string): string {
	return `${host} blocks programs that it does not know, even if a browser can open the link. Ask its owner to let this n8n through, or use a picture from somewhere else.`;
}
