/** The link as mail programs and mail protection hand it over. */
import { describeLinkProblem } from '../../../nodes/shared/core/auth/linkProblem';
import { parseMagicLink } from '../../../nodes/shared/core/auth/magicLink';

const LINK = { oobCode: 'x_Y-3DzAb', apiKey: 'AIzaSy-Web_Key' };
const HEAD = 'https://image3d.firebaseapp.com/__/auth/action';
const NEXT = 'continueUrl=https%3A%2F%2Fimage3d.io%2Flogin%2F%3Fa%3Db';
const ACTION = `${HEAD}?apiKey=${LINK.apiKey}&mode=signIn&oobCode=${LINK.oobCode}&${NEXT}&lang=en`;
/** With nothing behind the code that would end it. */
const CODE_LAST = `${HEAD}?apiKey=${LINK.apiKey}&mode=signIn&oobCode=${LINK.oobCode}`;

const twice = (text: string) => encodeURIComponent(encodeURIComponent(text));
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** As Proofpoint's second version writes a link. */
const proofpoint2 = (link: string) =>
	encodeURIComponent(link)
		.replaceAll('-', '-2D')
		.replaceAll('_', '-5F')
		.replaceAll('%2F', '_')
		.replaceAll('%', '-');

/** As its third version does: what stands in for the percent signs comes behind the link. */
const proofpoint3 = (link: string, taken: string) =>
	`https://urldefense.com/v3/__${link}__;${Buffer.from(taken).toString('base64url')}!!AbC-1_d!xYz$`;

describe('a link that mail protection has wrapped', () => {
	it.each([
		['Proofpoint 1', `https://urldefense.proofpoint.com/v1/url?u=${encodeURIComponent(ACTION)}&k=1&s=2`],
		[
			'Proofpoint 2',
			`https://urldefense.proofpoint.com/v2/url?u=${proofpoint2(ACTION)}&d=DwMFaQ&c=x&r=y&m=z&s=w&e=`,
		],
		['Proofpoint 2 with the code last', `https://urldefense.com/v2/url?u=${proofpoint2(CODE_LAST)}&d=DwMFaQ`],
		['Proofpoint 3', proofpoint3(ACTION, '')],
		['Proofpoint 3 with the code last', proofpoint3(CODE_LAST, '')],
		['Proofpoint 3 without its end', 'https://urldefense.com/v3/__' + CODE_LAST],
		['Proofpoint 3 with characters taken out', proofpoint3(ACTION.replaceAll('%', '*'), '%'.repeat(6))],
		['Proofpoint 3 with a run taken out', proofpoint3(ACTION.replace('/__/', '/**A/'), '__')],
		['Barracuda', `https://linkprotect.cudasvc.com/url?a=${encodeURIComponent(ACTION)}&c=E,1,x&typo=1`],
		[
			'Sophos',
			`https://eu-west-1.protection.sophos.com/?d=firebaseapp.com&u=${base64(ACTION)}&i=1&t=2&h=3&s=4`,
		],
		[
			'Sophos, with its base64 escaped',
			`https://eu.protection.sophos.com/?u=${encodeURIComponent(base64(ACTION))}`,
		],
		['Cisco', `https://secure-web.cisco.com/1AbC-d_E/${encodeURIComponent(ACTION)}`],
		[
			'Cisco, with the link as it is',
			`https://secure-web.cisco.com/1AbC-d_E/${CODE_LAST.replace('?', '%3F')}`,
		],
		['Cisco, older', `https://secure-web.cisco.com/auth=1AbC/url=${encodeURIComponent(ACTION)}`],
		['Amazon', `https://x1.r.eu-west-1.awstrack.me/L0/${encodeURIComponent(ACTION)}/1/0102-abc/def=123`],
		[
			'Outlook around Proofpoint',
			`https://eur02.safelinks.protection.outlook.com/?url=${encodeURIComponent(proofpoint3(CODE_LAST, ''))}&data=1`,
		],
		['FireEye', `https://protect2.fireeye.com/v1/url?k=1&q=1&e=2&u=${encodeURIComponent(ACTION)}`],
		[
			'one that nobody has heard of',
			`https://safe.example.com/go?x=1&destination=${encodeURIComponent(ACTION)}`,
		],
	])('%s', (_who, text) => expect(parseMagicLink(text)).toEqual(LINK));
});

describe('a link that a mail program has written in its own way', () => {
	const quoted = ACTION.replaceAll('=', '=3D');
	it.each([
		['escaped as a whole', encodeURIComponent(ACTION)],
		['escaped twice as a whole', twice(ACTION)],
		['escaped twice inside of another', `https://w.test/?url=${twice(ACTION)}`],
		['with only its query escaped', `${HEAD}?${encodeURIComponent(ACTION.slice(HEAD.length + 1))}`],
		['with HTML entities twice', ACTION.replaceAll('&', '&amp;amp;')],
		['with numeric entities', ACTION.replaceAll('&', '&#38;')],
		['in quoted-printable', quoted],
		['in quoted-printable, broken into lines', quoted.replace(/(.{70})/g, '$1=\r\n')],
		['in quoted-printable, its line breaks lost', quoted.replace(/(.{70})/g, '$1=')],
		['wrapped and in quoted-printable', `https://w.test/?url=3D${encodeURIComponent(ACTION)}`],
		['in Markdown', `[Sign in to Image3D](${ACTION})`],
		['in Markdown, with itself as the text', `[${ACTION}](${ACTION})`],
		['in a sentence', `Sign in: ${ACTION}.`],
		['with marks that have no width', [...ACTION].join('\u200b')],
		['behind a byte order mark', `\ufeff${ACTION}\u2060`],
		['without its https://', ACTION.slice('https://'.length)],
		['with two slashes in front only', ACTION.slice('https:'.length)],
		['wrapped, without its https://', `w.test/?url=${encodeURIComponent(ACTION)}`],
		['in brackets', `(${CODE_LAST})`],
	])('%s', (_how, text) => expect(parseMagicLink(text)).toEqual(LINK));

	it.each([
		['base64 that is no link', `https://w.test/?u=${base64('httpd is not a link')}`],
		['a path that cannot be unescaped', 'https://w.test/https:%2F%2Fp.test%2F%E0%A4%A'],
	])('finds no code in %s', (_what, text) => expect(parseMagicLink(text)).toBeUndefined());

	it('keeps a code that begins as quoted-printable does', () => {
		const code = '3DabcdEF';
		expect(parseMagicLink(`${HEAD}?apiKey=k&oobCode=${code}`)?.oobCode).toBe(code);
		expect(parseMagicLink(`${HEAD}?oobCode=${code}`)?.oobCode).toBe(code);
	});
});

describe('describeLinkProblem', () => {
	const WAY_OUT = /mail administrator.*choose the sign-in method Refresh Token\.$/;

	it.each([
		['Mimecast', 'https://protect-eu.mimecast.com/s/AbCdEf?domain=image3d.firebaseapp.com'],
		['Mimecast', 'https://url.uk.m.mimecastprotect.com/s/AbC'],
		['SendGrid', 'https://u123.ct.sendgrid.net/ls/click?upn=u001.AbC-2F'],
		['email.shop.example', 'https://email.shop.example/c/eJxAbC'],
	])('says that the mail system has rewritten a link (%s), and what to do', (who, text) => {
		const sentence = describeLinkProblem(text, 'https://image3d.io');
		expect(sentence).toContain(`Your mail system has replaced this sign-in link: it now leads to ${who},`);
		expect(sentence).toMatch(WAY_OUT);
		expect(sentence).not.toMatch(/AbC/);
	});

	it.each([undefined, '', 'not an address'])('knows no page of its own by the Base URL %j', (baseUrl) => {
		expect(describeLinkProblem('https://models.shop.example/login', baseUrl)).toMatch(
			/now leads to models\.shop\.example/,
		);
	});

	it.each([
		['a word', 'sign in here'],
		['a page of Image3D', 'https://image3d.io/login/'],
		['a page of its Firebase', 'https://image3d.firebaseapp.com/'],
		['a page of a sandbox', 'http://127.0.0.1:8787/login/'],
		['a page of the Base URL', 'https://models.shop.example/login'],
	])('asks for the link where the text is %s', (_what, text) => {
		expect(describeLinkProblem(text, 'https://models.shop.example')).toMatch(
			/^"Email Link" is not a sign-in link\. Copy the whole link/,
		);
	});
});
