/** What a credential does to get a live token, whichever way of signing in the person chose. */
import {
	type FirebaseProject,
	type Session,
	type SignInRequest,
	emailLinkRequest,
	readSession,
	refreshRequest,
} from './firebase';
import { linkFingerprint, parseMagicLink } from './magicLink';
import type { Sessions } from './session';
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
	/** Which link `refreshToken` was won from. */
	linkFingerprint?: string;
	/** What was filled in when `idToken` was got, and what took its place then. */
	signedInBy?: string;
}

/** Sends a sign-in request; `unreachable` says in words why there was no answer. Never rejects. */
export type SendSignIn = (
	request: SignInRequest,
) => Promise<{ status: number; body: unknown } | { unreachable: string }>;

/**
 * The sign-in failed in a way that the person can mend; the message says how. `isPassing`: or that time may mend.
 * `isSpent`: or another n8n process has just signed in with the same, and stores what it got.
 */
export class SignInError extends Error {
	override readonly name = 'Image3dSignInError';

	constructor(
		message: string,
		readonly isPassing = false,
		readonly isSpent = false,
	) {
		super(message);
	}
}

/** A live ID token and whatever else the credential has to store. Rejects with a SignInError. */
export async function signIn(
	data: SignInData,
	send: SendSignIn,
	sessions: Sessions,
	nowMs: number,
): Promise<Partial<SignInData> & { idToken: string }> {
	if (data.signInMethod === 'idToken') {
		const idToken = checkStaticToken(data.staticToken ?? '', nowMs);
		return { idToken, signedInBy: idToken };
	}
	if (data.signInMethod === 'emailLink') return await signInByLink(data, send, sessions);
	const refreshToken = required(data.refreshToken, 'Refresh Token');
	const project = toProject(data, data.firebaseApiKey);
	const session = await sessions.renew(refreshToken, data.idToken ?? '', async () => {
		return await exchange(refreshRequest(project, refreshToken), send);
	});
	return { ...session, signedInBy: `${refreshToken}\n${session.refreshToken}` };
}

/** Whether the ID token was got with something else than what is filled in now: it may be another account's. */
export function isOfOtherSignIn(data: SignInData): boolean {
	const filledIn = data.signInMethod === 'emailLink' ? data.emailLink : data.refreshToken;
	return Boolean(data.signedInBy) && !data.signedInBy!.includes(filledIn?.trim() ?? '');
}

async function signInByLink(
	data: SignInData,
	send: SendSignIn,
	sessions: Sessions,
): Promise<Partial<SignInData> & { idToken: string }> {
	const link = parseMagicLink(required(data.emailLink, 'Email Link'));
	if (link === undefined) {
		throw new SignInError(
			'"Email Link" is not a sign-in link. Copy the whole link from the e-mail without opening it, and paste it into the credential.',
		);
	}
	const project = toProject(data, data.firebaseApiKey?.trim() || link.apiKey);
	const origin = { linkFingerprint: linkFingerprint(link), signedInBy: data.emailLink!.trim() };
	const stored = data.linkFingerprint === origin.linkFingerprint ? data.refreshToken : undefined;
	const refreshToken = stored || (await sessions.recall(link.oobCode))?.refreshToken;
	if (refreshToken === undefined) {
		const email = required(data.email, 'Email');
		const session = await sessions.renew(link.oobCode, '', async () => {
			return await exchange(emailLinkRequest(project, email, link.oobCode), send);
		});
		return { ...session, ...origin };
	}
	const session = await sessions.renew(refreshToken, data.idToken ?? '', async () => {
		return await exchange(refreshRequest(project, refreshToken), send);
	});
	sessions.keep(link.oobCode, session);
	return { ...session, ...origin };
}

async function exchange(request: SignInRequest, send: SendSignIn): Promise<Session> {
	const answer = await send(request);
	if ('unreachable' in answer) {
		throw new SignInError(
			`The sign-in service could not be reached: ${answer.unreachable}. Wait a little, then run again.`,
			true,
		);
	}
	const session = readSession(answer.status, answer.body);
	if ('problem' in session) {
		const isPassing = answer.status === 429 || answer.status >= 500;
		throw new SignInError(session.problem, isPassing, session.isSpent);
	}
	return session;
}

function checkStaticToken(token: string, nowMs: number): string {
	const text = required(token, 'Token').replace(/^Bearer\s+/i, '');
	const times = readTokenTimes(text);
	if (times !== undefined && times.expiresMs <= nowMs) {
		throw new SignInError(
			'The pasted ID token has expired: it lives for one hour. Paste a new one, or choose Refresh Token or Email Link, which stay signed in.',
		);
	}
	return text;
}

function toProject(data: SignInData, apiKey: string | undefined): FirebaseProject {
	return {
		apiKey: required(apiKey, 'Firebase Web API Key'),
		baseUrl: data.baseUrl ?? '',
		authEmulatorUrl: data.authEmulatorUrl ?? '',
	};
}

function required(value: string | undefined, label: string): string {
	const text = value?.trim() ?? '';
	if (text === '')
		throw new SignInError(`"${label}" is empty in the Image3D API credential. Fill it in and save.`);
	return text;
}
