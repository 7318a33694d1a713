/** GET /api/balance: credits left. */
import { type Answer } from '../answer';
import { balanceOf } from '../state/money';
import { type Call } from './call';

export function balance(call: Call): Answer {
	return { status: 200, body: { balance: balanceOf(call.user, Date.now()), unit: 'credits' } };
}
