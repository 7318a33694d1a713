/**
 * Links inside of links: what mail protection, click counters and Firebase itself make of an address. In goes a link;
 * out come the links that it may carry, the most likely first. Only what the link itself holds is read; nothing is
 * looked up. Sources: the decoders that Proofpoint publishes, and links as the other services write them.
 */

/** Query parameters in which mailers, Firebase and link protection wrap another link. */
const WRAPPERS = ['link', 'deep_link_id', 'continueUrl', 'url', 'q', 'u', 'a', 'target'];

/** Between these, Proofpoint's third version has the link; what follows belongs to Proofpoint. */
const PROOFPOINT_3 = { path: '/v3/__', end: '__;' };

/** How Proofpoint's third version counts the characters that it took out of a link: "A" stands for two. */
const RUN_LENGTHS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const SHORTEST_RUN = 2;

/** The link as Proofpoint's third version took it in, or nothing. */
export function fromProofpoint3(link: string): string | undefined {
	const start = link.indexOf(PROOFPOINT_3.path);
	if (start === -1) return undefined;
	const rest = link.slice(start + PROOFPOINT_3.path.length);
	const end = rest.indexOf(PROOFPOINT_3.end);
	if (end === -1) return rest;
	const taken = rest.slice(end + PROOFPOINT_3.end.length).split('!', 1)[0];
	return putBack(rest.slice(0, end), Buffer.from(taken, 'base64url').toString('utf8'));
}

/** The link with the characters that were taken out of it, each of them or each run marked by an asterisk. */
function putBack(link: string, taken: string): string {
	const characters = [...taken];
	let used = 0;
	return link.replace(/\*(\*.)?/g, (mark, run?: string) => {
		const count = run === undefined ? 1 : RUN_LENGTHS.indexOf(run[1]) + SHORTEST_RUN;
		const piece = characters.slice(used, used + count);
		used += count;
		return piece.length === 0 ? mark : piece.join('');
	});
}

/** Links that stand in the parameters or in the path of this one. */
export function linksIn(url: URL, queries: URLSearchParams[]): string[] {
	const values = queries.flatMap((query) => WRAPPERS.flatMap((name) => query.getAll(name)));
	const others = queries.flatMap((query) => [...query].filter(([name]) => !WRAPPERS.includes(name)));
	return [
		...values.flatMap(readValue),
		...inPath(url.pathname),
		...others.flatMap(([, value]) => plain(value)),
	];
}

function readValue(value: string): string[] {
	const found = plain(value);
	if (found.length > 0) return found;
	const proofpoint2 = fromProofpoint2(value);
	if (proofpoint2 !== undefined) return [proofpoint2];
	const decoded = fromBase64(value);
	return decoded === undefined ? [] : [decoded];
}

function plain(value: string): string[] {
	return isLink(value) ? [value.trim()] : [];
}

/** Proofpoint's second version writes "-" for "%" and "_" for "/". */
function fromProofpoint2(value: string): string | undefined {
	if (!/^https?-3A/i.test(value)) return undefined;
	return decode(value.replaceAll('-', '%').replaceAll('_', '/'));
}

/** Sophos and some click counters write the link in base64; a query turns its "+" into a space. */
function fromBase64(value: string): string | undefined {
	if (!/^aHR0c/.test(value)) return undefined;
	const text = Buffer.from(value.replaceAll(' ', '+'), 'base64').toString('utf8');
	return isLink(text) ? text : undefined;
}

/** Cisco and Amazon put the link into the path, escaped. */
function inPath(path: string): string[] {
	const start = path.search(/https?(?::|%3A)(?:\/|%2F)/i);
	if (start === -1) return [];
	const rest = path.slice(start);
	// Amazon has its own marks behind the link.
	const ends = rest.search(/%2F/i) === -1 ? rest : rest.split('/', 1)[0];
	const decoded = decode(ends);
	return decoded === undefined ? [] : [decoded];
}

function isLink(text: string): boolean {
	return /^\s{0,9}https?(?::|%3A|%253A)/i.test(text);
}

/** Percent signs resolved, or nothing where they are none. */
export function decode(text: string): string | undefined {
	try {
		return decodeURIComponent(text);
	} catch {
		return undefined;
	}
}
