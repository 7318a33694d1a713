/**
 * The clock by which tokens are judged: one for the whole n8n process, as its machine has one clock. Answers in, the servers'
 * time out.
 */
import { apiUrl } from '../../core/api/endpoints';
import { readEmulatorUrl } from '../../core/auth/emulator';
import { ServerClock } from '../../core/auth/serverClock';
import type { SignInData } from '../../core/auth/signIn';
import { expiresSoon } from '../../core/auth/token';

export const serverClock = new ServerClock();

/** Google, as a server with a clock. */
const GOOGLE = 'https://securetoken.googleapis.com';

/** The name of the server that makes the tokens, by the root address of an emulator (empty: Google). */
export function signInServer(emulatorRoot: string): string {
	return emulatorRoot || GOOGLE;
}

/** How far this machine is behind the servers of a credential; undefined where that is not known. */
export function skewOf(data: SignInData): number | undefined {
	const emulator = readEmulatorUrl(data.authEmulatorUrl, data.baseUrl);
	const root = 'root' in emulator ? emulator.root : '';
	return serverClock.skewMs(apiUrl(data.baseUrl ?? '', ''), signInServer(root));
}

/** Whether the token of a credential is about to expire, or has, by the time of the servers that check it. */
export function isExpiring(data: SignInData & { idToken: string }, nowMs: number): boolean {
	const serverNowMs = nowMs + (skewOf(data) ?? 0);
	return expiresSoon(data.idToken, serverNowMs);
}
