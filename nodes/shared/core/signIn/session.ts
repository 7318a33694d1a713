/**
 * Keeps sessions alive for a whole process: many calls that meet the same expired token cause one exchange, and what a
 * single-use link brought is remembered as long as the process lives.
 */
import type { Session } from './firebase';
import { isDying } from './token';

/** Sessions remembered; each is a few kilobytes, and a process serves few accounts. */
const MAX_REMEMBERED = 200;

export class Sessions {
	private readonly exchanges = new Map<string, Promise<Session>>();

	constructor(private readonly nowMs: () => number) {}

	/**
	 * The session that replaces `oldIdToken` (empty if there is none), got by `exchange` unless another call is getting
	 * or has got it. A failed exchange is not remembered. `secret` is the refresh token, or the code of a link.
	 */
	async renew(secret: string, oldIdToken: string, exchange: () => Promise<Session>): Promise<Session> {
		const key = keyOf(secret, oldIdToken);
		for (;;) {
			const known = this.exchanges.get(key);
			if (known === undefined) return await this.remember(key, exchange());
			const session = await known;
			if (this.exchanges.get(key) !== known) continue;
			if (!isDying(session.idToken, this.nowMs())) return session;
			this.exchanges.delete(key);
		}
	}

	/** What the link with this code won, dying or not: its refresh token is good for months. */
	async recall(oobCode: string): Promise<Session | undefined> {
		return await this.exchanges.get(keyOf(oobCode, ''))?.catch(() => undefined);
	}

	/** Notes the session that now stands for a link, after a refresh may have rotated its refresh token. */
	keep(oobCode: string, session: Session): void {
		this.exchanges.set(keyOf(oobCode, ''), Promise.resolve(session));
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

function keyOf(secret: string, oldIdToken: string): string {
	return `${secret}\n${oldIdToken}`;
}
