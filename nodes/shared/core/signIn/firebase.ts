/** Firebase's two sign-in calls: what is sent, and what their answers mean. Source: Firebase Auth REST API. */
import { isObject } from '../reply';
import { describeFirebaseError, mayBeSpent } from './firebaseErrors';

export interface SignInRequest {
	url: string;
	headers: Record<string, string>;
	/** Form fields or a JSON object, as the Content-Type says. */
	body: Record<string, unknown>;
}

export interface Session {
	idToken: string;
	refreshToken: string;
}

/** Where the calls go, and as whom: web keys are often restricted to pages of the site they belong to. */
export interface FirebaseProject {
	apiKey: string;
	/** The site whose pages may use the key. */
	baseUrl: string;
	/** A Firebase Auth Emulator to use instead of Google; empty for the real one. */
	authEmulatorUrl: string;
}

/** Exchanges a refresh token for an ID token. */
export function refreshRequest(project: FirebaseProject, refreshToken: string): SignInRequest {
	return {
		url: firebaseUrl(project, 'securetoken.googleapis.com', 'token'),
		headers: { ...referer(project), 'Content-Type': 'application/x-www-form-urlencoded' },
		body: { grant_type: 'refresh_token', refresh_token: refreshToken },
	};
}

/** Exchanges the one-time code of a mailed link for the first session. */
export function emailLinkRequest(project: FirebaseProject, email: string, oobCode: string): SignInRequest {
	return {
		url: firebaseUrl(project, 'identitytoolkit.googleapis.com', 'accounts:signInWithEmailLink'),
		headers: { ...referer(project), 'Content-Type': 'application/json' },
		body: { email, oobCode, returnSecureToken: true },
	};
}

/** Why there is no session, as a sentence that says what to do. */
export interface SignInProblem {
	problem: string;
	/** Or another n8n process has just used up the refresh token or link. */
	isSpent: boolean;
}

/** The session in an answer of either call, or the reason why there is none. */
export function readSession(status: number, body: unknown): Session | SignInProblem {
	const answer = isObject(body) ? body : {};
	const idToken = answer.id_token ?? answer.idToken;
	const refreshToken = answer.refresh_token ?? answer.refreshToken;
	if (status >= 200 && status < 300 && typeof idToken === 'string' && typeof refreshToken === 'string') {
		return { idToken, refreshToken };
	}
	return { problem: describeFirebaseError(status, answer), isSpent: mayBeSpent(answer) };
}

function firebaseUrl(project: FirebaseProject, host: string, call: string): string {
	const emulator = project.authEmulatorUrl.trim().replace(/\/+$/, '');
	const root = emulator === '' ? `https://${host}` : `${emulator}/${host}`;
	return `${root}/v1/${call}?key=${encodeURIComponent(project.apiKey)}`;
}

function referer(project: FirebaseProject): Record<string, string> {
	return { Referer: `${project.baseUrl.trim().replace(/\/+$/, '')}/` };
}
