/** Why a pasted text holds no sign-in code, as a sentence that says what to do. In goes the text; nothing of it is quoted but a host. */
import { isRealService } from './emulator';
import { hostOfLink } from './magicLink';
import { oneLine } from '../report/oneLine';
import { isPrivateHost } from './privateHost';

/** Mail protection and click counters that keep the link to themselves, by a part of their hosts. */
const KEEPERS: Array<[part: string, name: string]> = [
	['mimecast', 'Mimecast'],
	['sendgrid', 'SendGrid'],
	['mailgun', 'Mailgun'],
	['mandrillapp', 'Mandrill'],
	['list-manage', 'Mailchimp'],
	['hubspot', 'HubSpot'],
	['emailprotection.link', 'Intermedia'],
	['urldefense', 'Proofpoint'],
	['cudasvc', 'Barracuda'],
	['sophos', 'Sophos'],
	['secure-web.cisco', 'Cisco'],
	['safelinks', 'Outlook'],
	['avanan', 'Avanan'],
	['trendmicro', 'Trend Micro'],
];

/** Hosts that Firebase sends its sign-in links from, beside a project's own. */
const FIREBASE_HOSTS = ['firebaseapp.com', 'web.app', 'page.link'];

const NO_LINK =
	'"Email Link" is not a sign-in link. Copy the whole link from the email without opening it, and paste it into the credential.';
const WAY_OUT =
	'Ask your mail administrator to leave links from Image3D unchanged, then ask Image3D for a new link. If that does not help, choose the sign-in method Refresh Token.';

/** @param baseUrl the credential's, whose own pages rewrite nothing. */
export function describeLinkProblem(text: string, baseUrl: string | undefined): string {
	const host = hostOfLink(text);
	if (host === undefined || isOwnHost(host, baseUrl)) return NO_LINK;
	const keeper = KEEPERS.find(([part]) => host.includes(part))?.[1];
	const leadsTo = keeper ?? oneLine(host, 60);
	return `Your mail system has replaced this sign-in link: it now leads to ${leadsTo}, and the original link cannot be read from it. ${WAY_OUT}`;
}

function isOwnHost(host: string, baseUrl: string | undefined): boolean {
	if (isRealService(`https://${host}`) || isPrivateHost(host)) return true;
	const own = URL.canParse(baseUrl?.trim() ?? '') ? new URL(baseUrl!.trim()).hostname : undefined;
	return host === own || FIREBASE_HOSTS.some((ending) => host.endsWith(`.${ending}`));
}
