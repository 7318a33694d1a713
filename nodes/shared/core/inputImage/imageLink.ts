/**
 * The link to a picture as a user or a shop has it, in; the address to fetch out. The links that Google Drive, Dropbox,
 * OneDrive and SharePoint share lead to a page about the file: they become those of the file itself, or the Failure
 * says how to come by it.
 */
import { type Outcome, badInput, succeed } from '../failure';
import { PICTURE_ENDING } from './imageFormat';

/** The address to fetch, and whose it was. */
export interface PictureLink {
	/** Where the picture is. */
	url: string;
	/** Who shares it, where the link was one to share. */
	service?: ShareService;
}

interface ShareService {
	name: string;
	/** n8n's node for its files. */
	node: string;
}

/** Reads "Image URL". Fails on what is no web address, and on the share link of a folder or album. */
export function readPictureLink(text: string): Outcome<PictureLink> {
	const given = text.trim();
	// A shop's export leaves the protocol to the page that shows the picture.
	const link = /^\/\/[^/]/.test(given) ? `https:${given}` : given;
	const url = URL.canParse(link) ? new URL(link) : undefined;
	if (url?.protocol === 'http:' || url?.protocol === 'https:')
		return readShareLink(url) ?? succeed({ url: url.href });
	const remedy = given.startsWith('data:')
		? 'It holds the picture itself as text: choose Base64 Text as Image Source.'
		: 'Enter the whole link to the picture, starting with https://.';
	return badInput('"Image URL" is not a web address', remedy);
}

/** The file name in a link whose path ends with a picture's. */
export function fileNameInLink(link: string): string | undefined {
	if (!URL.canParse(link)) return undefined;
	const { pathname } = new URL(link);
	const segment = decode(pathname.slice(pathname.lastIndexOf('/') + 1));
	return PICTURE_ENDING.test(segment) ? segment : undefined;
}

function readShareLink(url: URL): Outcome<PictureLink> | undefined {
	const host = url.hostname.toLowerCase().replace(/^www\./, '');
	if (host === 'drive.google.com' || host === 'docs.google.com') return readGoogleDrive(url);
	if (host === 'photos.app.goo.gl' || host === 'photos.google.com') return onlyAPage('Google Photos');
	if (host === 'dropbox.com') return readDropbox(url);
	if (host === '1drv.ms' || host === 'onedrive.live.com') return readOneDrive(url, host);
	if (host.endsWith('.sharepoint.com')) return readSharePoint(url);
	return undefined;
}

const GOOGLE_DRIVE: ShareService = { name: 'Google Drive', node: 'Google Drive' };
const DROPBOX: ShareService = { name: 'Dropbox', node: 'Dropbox' };
const ONE_DRIVE: ShareService = { name: 'OneDrive', node: 'Microsoft OneDrive' };
const SHARE_POINT: ShareService = { name: 'SharePoint', node: 'Microsoft SharePoint' };

/** `/file/d/ID/view`, `/open?id=ID` and `/uc?id=ID`, with the key that older files need. */
function readGoogleDrive(url: URL): Outcome<PictureLink> | undefined {
	if (/^\/drive\/(?:u\/\d+\/)?folders\//.test(url.pathname)) return folder(GOOGLE_DRIVE);
	const id = /^\/(?:a\/[^/]+\/)?file\/(?:u\/\d+\/)?d\/([^/]+)/.exec(url.pathname)?.[1];
	const asked = /^\/(?:a\/[^/]+\/)?(?:open|uc|thumbnail)$/.test(url.pathname)
		? url.searchParams.get('id')
		: null;
	const file = id ?? asked;
	if (file === null) return undefined;
	const direct = new URL('https://drive.google.com/uc?export=download');
	direct.searchParams.set('id', file);
	const key = url.searchParams.get('resourcekey');
	if (key !== null) direct.searchParams.set('resourcekey', key);
	return succeed({ url: direct.href, service: GOOGLE_DRIVE });
}

/** `dl=1` in place of `dl=0`; a folder would come as an archive. */
function readDropbox(url: URL): Outcome<PictureLink> | undefined {
	if (/^\/(?:scl\/fo|sh)\//.test(url.pathname)) return folder(DROPBOX);
	if (!/^\/(?:scl\/fi|s)\//.test(url.pathname)) return undefined;
	const direct = new URL(url);
	direct.searchParams.delete('raw');
	direct.searchParams.set('dl', '1');
	return succeed({ url: direct.href, service: DROPBOX });
}

/** `download=1` behind a short link; `/download` in place of the pages that show a file. */
function readOneDrive(url: URL, host: string): Outcome<PictureLink> | undefined {
	const direct = new URL(url);
	if (host === '1drv.ms') {
		if (/^\/f\//.test(url.pathname)) return folder(ONE_DRIVE);
		direct.searchParams.set('download', '1');
		return succeed({ url: direct.href, service: ONE_DRIVE });
	}
	const id = url.searchParams.get('resid') ?? url.searchParams.get('id');
	if (id === null || !/^\/(?:redir|embed|download|view\.aspx|edit\.aspx)?$/.test(url.pathname))
		return undefined;
	direct.pathname = '/download';
	direct.searchParams.set('resid', id);
	return succeed({ url: direct.href, service: ONE_DRIVE });
}

/** `download=1` behind `/:i:/s/site/…`; `:f:` is a folder. */
function readSharePoint(url: URL): Outcome<PictureLink> | undefined {
	if (/^\/:f:\//.test(url.pathname)) return folder(SHARE_POINT);
	if (!/^\/:[a-z]:\//.test(url.pathname)) return undefined;
	const direct = new URL(url);
	direct.searchParams.set('download', '1');
	return succeed({ url: direct.href, service: SHARE_POINT });
}

function folder({ name, node }: ShareService): Outcome<never> {
	return badInput(
		`"Image URL" is the ${name} link of a folder`,
		`Share the picture itself and use its link, or load the files with the ${node} node and choose Binary File as Image Source.`,
	);
}

function onlyAPage(service: string): Outcome<never> {
	return badInput(
		`"Image URL" is a link of ${service}, which opens a page and not the picture`,
		'Download the picture from there, and put it where a link opens the file itself (a shop, your own web space, Dropbox, Google Drive).',
	);
}

function decode(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}
