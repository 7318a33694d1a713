/**
 * Firebase's two sign-in calls: what is sent, and what their answers mean. Fails with the sentence for the code that came
 * back. Source: Firebase Auth REST API.
 */
import { apiUrl } from '../api/endpoints';
import { isObject } from '../api/foreignText';
import { describeFirebaseError, describeForeignAnswer, mayBeSpent, mayPass } from './firebaseErrors';

/** A call of Firebase, ready to be sent; it holds secrets, and is never quoted. */
export interface SignInRequest {
	url: string;
	headers: Record<string, string>;
	/** Form fields or a JSON object, as the Content-Type says. */
	body: Record<string, unknown>;
	/** The emulator it goes to; empty for Google. */
	emulatorRoot: string;
}

/** The tokens of a user who is signed in: one for an hour, and one that gets the next. */
export interface Session {
	idToken: string;
	refreshToken: string;
}

/** Where the calls go, and as whom: web keys are often restricted to pages of the site they belong to. */
export interface FirebaseProject {
	apiKey: string;
	/** The site whose pages may use the key. */
	baseUrl: string;
	/** Root address of a Firebase Auth Emulator to use instead of Google; empty for the real one. */
	emulatorRoot: string;
	/** The user entered no key: it came with the sign-in link. */
	isKeyOfLink?: boolean;
}

/** Exchanges a refresh token for an ID token. */
export function refreshRequest(project: FirebaseProject, refreshToken: string): SignInRequest {
	return {
		url: firebaseUrl(project, 'securetoken.googleapis.com', 'token'),
		headers: { ...referer(project), 'Content-Type': 'application/x-www-form-urlencoded' },
		body: { grant_type: 'refresh_token', refresh_token: refreshToken },
		emulatorRoot: project.emulatorRoot,
	};
}

/** Exchanges the one-time code of a mailed link for the first session. */
export function emailLinkRequest(project: FirebaseProject, email: string, oobCode: string): SignInRequest {
	return {
		url: firebaseUrl(project, 'identitytoolkit.googleapis.com', 'accounts:signInWithEmailLink'),
		headers: { ...referer(project), 'Content-Type': 'application/json' },
		body: { email, oobCode, returnSecureToken: true },
		emulatorRoot: project.emulatorRoot,
	};
}

/** Why there is no session, as a sentence that says what to do. */
export interface SignInProblem {
	problem: string;
	/** Or another n8n process has just used up the refresh token or link. */
	isSpent: boolean;
	/** Or time mends it. */
	isPassing: boolean;
	/** Somebody in between answered: neither time nor another credential helps. */
	isBlocked?: boolean;
}

/** The session in an answer of either call, or the reason why there is none. A body that is no JSON object is not Firebase's. */
export function readSession(
	project: FirebaseProject,
	status: number,
	body: unknown,
): Session | SignInProblem {
	if (!isObject(body)) {
		// 511 is a network's own login page.
		const isPassing = status === 429 || (status >= 500 && status !== 511);
		return { problem: describeForeignAnswer(status), isSpent: false, isPassing, isBlocked: !isPassing };
	}
	const idToken = body.id_token ?? body.idToken;
	const refreshToken = body.refresh_token ?? body.refreshToken;
	if (status >= 200 && status < 300 && typeof idToken === 'string' && typeof refreshToken === 'string') {
		return { idToken, refreshToken };
	}
	return {
		problem: describeFirebaseError(status, body, project.isKeyOfLink),
		isSpent: mayBeSpent(body),
		isPassing: mayPass(status, body),
	};
}

function firebaseUrl(project: FirebaseProject, host: string, call: string): string {
	const root = project.emulatorRoot === '' ? `https://${host}` : `${project.emulatorRoot}/${host}`;
	return `${root}/v1/${call}?key=${encodeURIComponent(project.apiKey)}`;
}

function referer(project: FirebaseProject): Record<string, string> {
	return { Referer: apiUrl(project.baseUrl, '/') };
}
