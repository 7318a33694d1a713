import * as fc from '../../../harness/fuzz';
import { linkFingerprint, parseMagicLink } from '../../../nodes/shared/core/auth/magicLink';

const ACTION =
	'https://image3d.firebaseapp.com/__/auth/action?apiKey=web-key&mode=signIn&oobCode=the-code&continueUrl=https%3A%2F%2Fimage3d.io%2F&lang=en';
const LINK = { oobCode: 'the-code', apiKey: 'web-key' };
const wrap = (prefix: string, link: string) => `${prefix}${encodeURIComponent(link)}`;
const toEntities = (link: string) => link.replaceAll('&', '&amp;');

describe('parseMagicLink', () => {
	it.each([
		['as Firebase mails it', ACTION],
		['in link=', wrap('https://image3d.io/signin?link=', ACTION)],
		['in continueUrl=', wrap('https://image3d.io/open?mode=signIn&continueUrl=', ACTION)],
		['in a page.link', wrap('https://image3d.page.link/?apn=io.image3d&link=', ACTION)],
		['in a Firebase Hosting link', wrap('https://image3d.firebaseapp.com/__/auth/links?link=', ACTION)],
		[
			'in an Outlook safe link',
			`${wrap('https://eur02.safelinks.protection.outlook.com/?url=', ACTION)}&data=05%7C02&reserved=0`,
		],
		['in a Google redirect', `${wrap('https://www.google.com/url?q=', ACTION)}&source=gmail&ust=1`],
		['in a deep link', wrap('https://image3d.io/?deep_link_id=', ACTION)],
		['in a click counter', wrap('https://click.mail.test/ls/click?u=', ACTION)],
		['in target=', wrap('https://mail.test/out?target=', ACTION)],
		[
			'in three of them',
			wrap(
				'https://eur02.safelinks.protection.outlook.com/?url=',
				wrap('https://www.google.com/url?q=', wrap('https://image3d.page.link/?link=', ACTION)),
			),
		],
		['with HTML entities', toEntities(ACTION)],
		['in angle brackets', `<${ACTION}>`],
		['in quotation marks', `"${ACTION}"`],
		['with white space around it', `\n  ${ACTION}\t`],
		['broken into lines', ACTION.replace(/(.{40})/g, '$1\r\n')],
		['behind a #', ACTION.replace('?', '#')],
		['behind a route of a single-page app', ACTION.replace('/__/auth/action?', '/#/signin?')],
		['wrapped behind a #', wrap('https://image3d.io/#link=', ACTION)],
		[
			'with the code twice, outermost first',
			`${wrap(`${ACTION}&link=`, ACTION.replace('the-code', 'other'))}`,
		],
	])('finds the code in a link %s', (_how, text) => {
		expect(parseMagicLink(text)).toEqual(LINK);
	});

	it('does without a key', () => {
		expect(parseMagicLink('https://image3d.io/?oobCode=c')).toEqual({ oobCode: 'c', apiKey: undefined });
		expect(parseMagicLink('https://image3d.io/?oobCode=c&apiKey=')).toEqual({ oobCode: 'c' });
	});

	it('decodes the code', () => {
		expect(parseMagicLink('https://image3d.io/?oobCode=a%2Bb%3D')?.oobCode).toBe('a+b=');
	});

	it.each([
		['nothing', ''],
		['white space', ' \n'],
		['a word', 'the-code'],
		['a link without a code', 'https://image3d.io/?mode=signIn&apiKey=web-key'],
		['a link with an empty code', 'https://image3d.io/?oobCode='],
		['a wrapper around nothing', 'https://www.google.com/url?q='],
		['a wrapper around a word', 'https://www.google.com/url?q=hello'],
		['a link without a host', 'https://?oobCode=c'],
		['a code without a link', '?oobCode=c'],
	])('finds none in %s', (_what, text) => {
		expect(parseMagicLink(text)).toBeUndefined();
	});

	it('does not follow wrappings without end', () => {
		const deep = (levels: number) => {
			let link = ACTION;
			for (let level = 0; level < levels; level++) link = wrap('https://w.test/?u=', link);
			return link;
		};
		expect(parseMagicLink(deep(5))).toEqual(LINK);
		expect(parseMagicLink(deep(6))).toBeUndefined();
	});

	it('never throws, whatever is pasted', () => {
		const odd = fc.oneof(
			fc.string(),
			fc.string({ unit: 'binary' }),
			fc.webUrl({ withQueryParameters: true }),
		);
		const built = fc
			.tuple(
				fc.constantFrom('link', 'url', 'q', 'oobCode', 'continueUrl'),
				odd,
				fc.constantFrom('?', '#', '/#/?'),
			)
			.map(([name, value, mark]) => `https://a.test${mark}${name}=${value}`);
		fc.assert(
			fc.property(fc.oneof(odd, built), (text) => {
				const link = parseMagicLink(text);
				return link === undefined || link.oobCode !== '';
			}),
			{ numRuns: 1_000 },
		);
	});

	it('finds any code again, however it is wrapped', () => {
		const code = fc.stringMatching(/^[\w-]{1,60}$/);
		const wrappers = fc.array(fc.constantFrom('link', 'url', 'q', 'continueUrl', 'u'), { maxLength: 5 });
		fc.assert(
			fc.property(code, wrappers, (oobCode, names) => {
				let text = `https://p.test/__/auth/action?mode=signIn&oobCode=${oobCode}&apiKey=k`;
				for (const name of names) text = wrap(`https://w.test/?a=1&${name}=`, text);
				return parseMagicLink(text)?.oobCode === oobCode;
			}),
		);
	});
});

describe('linkFingerprint', () => {
	it('tells sign-ins apart by all that they are won from, and shows nothing of it', () => {
		const origin = ['the-code', 'a@b.test', 'key', ''];
		const fingerprint = linkFingerprint(...origin);
		expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
		expect(linkFingerprint(...origin)).toBe(fingerprint);
		for (const at of origin.keys()) {
			const other = origin.map((part, index) => (index === at ? `${part}2` : part));
			expect(linkFingerprint(...other)).not.toBe(fingerprint);
		}
	});
});
