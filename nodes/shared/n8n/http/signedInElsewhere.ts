/**
 * n8n's workers share a credential but not their memory: two that meet the same expired token both renew it. Where a refresh
 * token is good for one use, the slower one is refused while the faster one stores what it got. A credential in; whether it
 * has a live token after all out.
 */
import type { Clock } from '../../core/concurrency/clock';
import { expiresSoon } from '../../core/auth/token';
import type { ApiAccess } from './apiAccess';
import { skewOf } from './serverTime';

/** From the sign-in service's answer to another n8n process till n8n has stored it: milliseconds, seconds under load. */
const STORING_WAITS_MS = [200, 500, 800];

/** Whether the stored credential has, or gets within a moment, a token that can be used. */
export async function findsLiveToken(access: ApiAccess, clock: Clock, signal: AbortSignal): Promise<boolean> {
	for (const waitMs of STORING_WAITS_MS) {
		await clock.sleep(waitMs, signal);
		if (signal.aborted) return false;
		const data = await access.readCredential();
		if (data.idToken && !expiresSoon(data.idToken, clock.now() + (skewOf(data) ?? 0))) return true;
	}
	return false;
}
