/**
 * What a credential does to get a live token, whichever way of signing in the user chose: its fields in, the fields to store
 * out. Throws `SignInError`, which says what to do.
 */
import {
	type FirebaseProject,
	type Session,
	type SignInRequest,
	emailLinkRequest,
	readSession,
	refreshRequest,
} from './firebase';
import { readEmulatorUrl } from './emulator';
import { describeLinkProblem } from './linkProblem';
import { type MagicLink, linkFingerprint, parseMagicLink } from './magicLink';
import { describeSkew } from './serverClock';
import type { Origin, Sessions } from './session';
import { readTokenTimes } from './token';

/** The credential's fields, as n8n hands them over; anything may be missing. */
export interface SignInData {
	baseUrl?: string;
	signInMethod?: string;
	firebaseApiKey?: string;
	refreshToken?: string;
	email?: string;
	emailLink?: string;
	staticToken?: string;
	authEmulatorUrl?: string;
	idToken?: string;
	/** Which link `refreshToken` was obtained from. */
	linkFingerprint?: string;
	/** What was filled in when `idToken` was got, and what took its place then. */
	signedInBy?: string;
	/** A token that is to be replaced, taken out of `idToken` so that n8n does so. Never stored. */
	oldIdToken?: string;
}

/** The time by which tokens are judged: that of the servers which make and check them. */
export interface TokenClock {
	/** As far as it is known; this machine's otherwise. */
	nowMs(): number;
	/** How far this machine is behind (or ahead, below zero); undefined where it is not known. */
	skewMs(): number | undefined;
	/** Asks the service for its time where it is not known yet. Never rejects. */
	ask(): Promise<void>;
}

/** Why a sign-in request had no answer, in words. */
interface NoSignInAnswer {
	unreachable: string;
	/** What helps against it, where that is known. */
	remedy?: string;
	/** The same again brings the same, until somebody has changed something. */
	isLasting?: boolean;
}

/** Sends a sign-in request. Never rejects. */
export type SendSignIn = (
	request: SignInRequest,
) => Promise<{ status: number; body: unknown } | NoSignInAnswer>;

const NO_KEY_IN_LINK =
	'The sign-in link is damaged: there is no key in it. Copy the whole link from the email again without opening it, and paste it into the credential.';

/**
 * The sign-in failed in a way that the user can mend; the message says how. `isPassing`: or that time may mend.
 * `isSpent`: or another n8n process has just signed in with the same, and stores what it got. `isBlocked`: the network or
 * n8n's settings are in the way, not the credential, and waiting does not help.
 */
export class SignInError extends Error {
	override readonly name = 'Image3dSignInError';

	constructor(
		message: string,
		readonly isPassing = false,
		readonly isSpent = false,
		readonly isBlocked = false,
	) {
		super(message);
	}
}

/** A live ID token and whatever else the credential has to store. Rejects with a SignInError. */
export async function signIn(
	data: SignInData,
	send: SendSignIn,
	sessions: Sessions,
	clock: TokenClock,
): Promise<Partial<SignInData> & { idToken: string }> {
	const method = signInMethodOf(data);
	if (method === 'idToken') {
		const idToken = await checkStaticToken(data.staticToken ?? '', clock);
		return { idToken, signedInBy: idToken };
	}
	if (method === 'emailLink') return await signInByLink(data, send, sessions);
	const refreshToken = required(data.refreshToken, 'Refresh Token');
	const project = toProject(data, required(data.firebaseApiKey, 'Firebase Web API Key'));
	const session = await refresh(data, project, refreshToken, send, sessions);
	return { ...session, signedInBy: `${refreshToken}\n${session.refreshToken}` };
}

/**
 * The method that was chosen. n8n stores no value that is the default, and Refresh Token was: what was saved then has a
 * refresh token, and no link that it could have been obtained from.
 */
function signInMethodOf({
	signInMethod,
	emailLink,
	refreshToken,
	linkFingerprint: wonFrom,
}: SignInData): string {
	const isOlder = !emailLink?.trim() && !wonFrom && Boolean(refreshToken?.trim());
	return signInMethod === 'emailLink' && isOlder ? 'refreshToken' : (signInMethod ?? 'refreshToken');
}

/** Whether the ID token was got with something else than what is filled in now: it may be another account's. */
export function isOfOtherSignIn(data: SignInData): boolean {
	const filledIn =
		signInMethodOf(data) === 'emailLink' ? filledInLink(data) : (data.refreshToken?.trim() ?? '');
	return Boolean(data.signedInBy) && !data.signedInBy!.includes(filledIn);
}

/** A link and whose it is: the one without the other is another sign-in. */
function filledInLink({ emailLink, email }: SignInData): string {
	return `${emailLink?.trim() ?? ''}\n${email?.trim() ?? ''}`;
}

async function signInByLink(
	data: SignInData,
	send: SendSignIn,
	sessions: Sessions,
): Promise<Partial<SignInData> & { idToken: string }> {
	const text = required(data.emailLink, 'Email Link');
	const link = parseMagicLink(text);
	if (link === undefined) throw new SignInError(describeLinkProblem(text, data.baseUrl));
	const { project, origin } = toLinkOrigin(data, link);
	const { secret, email, apiKey, emulatorRoot } = origin;
	const stored = {
		linkFingerprint: linkFingerprint(secret, email, apiKey, emulatorRoot),
		signedInBy: filledInLink(data),
	};
	// Credentials of earlier versions told a link by its code alone.
	const isStored = [stored.linkFingerprint, linkFingerprint(secret)].includes(data.linkFingerprint ?? '');
	const refreshToken = (isStored && data.refreshToken) || (await sessions.recall(origin))?.refreshToken;
	if (refreshToken === undefined) {
		const address = required(data.email, 'Email');
		const session = await sessions.renew(origin, '', async () => {
			return await exchange(project, emailLinkRequest(project, address, link.oobCode), send);
		});
		return { ...session, ...stored };
	}
	const session = await refresh(data, project, refreshToken, send, sessions);
	sessions.keep(origin, session);
	return { ...session, ...stored };
}

function toLinkOrigin(data: SignInData, link: MagicLink): { project: FirebaseProject; origin: Origin } {
	const entered = data.firebaseApiKey?.trim();
	const apiKey = entered || link.apiKey;
	if (apiKey === undefined) throw new SignInError(NO_KEY_IN_LINK);
	const project = { ...toProject(data, apiKey), isKeyOfLink: !entered };
	// Firebase knows addresses in small letters only.
	const email = data.email?.trim().toLowerCase() ?? '';
	return { project, origin: { secret: link.oobCode, email, apiKey, emulatorRoot: project.emulatorRoot } };
}

async function refresh(
	data: SignInData,
	project: FirebaseProject,
	refreshToken: string,
	send: SendSignIn,
	sessions: Sessions,
): Promise<Session> {
	const { apiKey, emulatorRoot } = project;
	const origin = { secret: refreshToken, email: '', apiKey, emulatorRoot };
	return await sessions.renew(origin, data.idToken || data.oldIdToken || '', async () => {
		return await exchange(project, refreshRequest(project, refreshToken), send);
	});
}

async function exchange(
	project: FirebaseProject,
	request: SignInRequest,
	send: SendSignIn,
): Promise<Session> {
	const answer = await send(request);
	if ('unreachable' in answer) {
		const isLasting = answer.isLasting === true;
		throw new SignInError(describeSilence(request, answer), !isLasting, false, isLasting);
	}
	const session = readSession(project, answer.status, answer.body);
	if ('problem' in session) {
		const { problem, isPassing, isSpent, isBlocked } = session;
		throw new SignInError(problem, isPassing, isSpent, isBlocked);
	}
	return session;
}

/** The host is named, for it is what a firewall or an allow list needs; the rest of the address holds the key. */
function describeSilence(
	{ url, emulatorRoot }: SignInRequest,
	{ unreachable, remedy }: NoSignInAnswer,
): string {
	const check =
		emulatorRoot === ''
			? 'Check the network of this n8n.'
			: 'Check the Auth Emulator URL in the Image3D API credential and the network of this n8n.';
	return `The sign-in service ${new URL(url).host} could not be reached: ${unreachable}. ${remedy ?? check} Then run again.`;
}

async function checkStaticToken(token: string, clock: TokenClock): Promise<string> {
	const text = withoutBearer(required(token, 'Token'));
	const times = readTokenTimes(text);
	const isOver = () => times !== undefined && times.expiresMs <= clock.nowMs();
	if (!isOver()) return text;
	await clock.ask();
	if (!isOver()) return text;
	throw new SignInError(
		`The pasted ID token has expired: it works for one hour. Paste a new one, or choose Refresh Token or Email Link, which stay signed in.${describeSkew(clock.skewMs())}`,
	);
}

function withoutBearer(token: string): string {
	return /^Bearer\s/i.test(token) ? token.slice('Bearer'.length).trim() : token;
}

function toProject(data: SignInData, apiKey: string): FirebaseProject {
	const emulator = readEmulatorUrl(data.authEmulatorUrl, data.baseUrl);
	if ('problem' in emulator) throw new SignInError(emulator.problem);
	return { apiKey, baseUrl: data.baseUrl ?? '', emulatorRoot: emulator.root };
}

function required(value: string | undefined, label: string): string {
	const text = value?.trim() ?? '';
	if (text === '')
		throw new SignInError(`"${label}" is empty in the Image3D API credential. Fill it in and save.`);
	return text;
}
