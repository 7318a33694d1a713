/**
 * Keeps sessions alive for a whole process: many calls that meet the same expired token cause one exchange, and what a
 * single-use link brought is remembered as long as the process lives.
 */
import type { Session } from './firebase';
import { expiresSoon } from './token';

/** Sessions remembered; each is a few kilobytes, and a process serves few accounts. */
const MAX_REMEMBERED = 200;

/** What a session is obtained from: the credential's own fields, so that no other credential gets it. */
export interface Origin {
	/** The refresh token, or the one-time code of a link. */
	secret: string;
	/** Whose link it is; empty for a refresh token. */
	email: string;
	apiKey: string;
	/** Where it is exchanged; empty for Google. */
	emulatorRoot: string;
}

/** One per process: what it remembers is shared by all nodes and credentials. */
export class Sessions {
	private readonly exchanges = new Map<string, Promise<Session>>();

	/** @param nowMs the time of the server that makes the tokens, where it is known. */
	constructor(private readonly nowMs: (origin: Origin) => number) {}

	/**
	 * The session that replaces `oldIdToken` (empty if there is none), got by `exchange` unless another call is getting
	 * or has got it. A failed exchange is not remembered.
	 */
	async renew(origin: Origin, oldIdToken: string, exchange: () => Promise<Session>): Promise<Session> {
		const key = keyOf(origin, oldIdToken);
		for (;;) {
			const known = this.exchanges.get(key);
			if (known === undefined) return await this.remember(key, exchange());
			const session = await known;
			if (this.exchanges.get(key) !== known) continue;
			const isDead = session.idToken === oldIdToken || expiresSoon(session.idToken, this.nowMs(origin));
			if (!isDead) return session;
			this.exchanges.delete(key);
		}
	}

	/** What this link brought, about to expire or not: its refresh token is good for months. */
	async recall(link: Origin): Promise<Session | undefined> {
		return await this.exchanges.get(keyOf(link, ''))?.catch(() => undefined);
	}

	/** Notes the session that now stands for a link, after a refresh may have rotated its refresh token. */
	keep(link: Origin, session: Session): void {
		this.exchanges.set(keyOf(link, ''), Promise.resolve(session));
	}

	private async remember(key: string, exchange: Promise<Session>): Promise<Session> {
		this.exchanges.set(key, exchange);
		if (this.exchanges.size > MAX_REMEMBERED) this.exchanges.delete(this.exchanges.keys().next().value!);
		exchange.catch(() => {
			if (this.exchanges.get(key) === exchange) this.exchanges.delete(key);
		});
		return await exchange;
	}
}

/** Everything of it counts: another credential with a spent link is not signed in by what the first one won. */
function keyOf({ secret, email, apiKey, emulatorRoot }: Origin, oldIdToken: string): string {
	return JSON.stringify([secret, email, apiKey, emulatorRoot, oldIdToken]);
}
