/** Looks for what nobody may read in whatever a node, an execution or a log brought. */
import { inspect } from 'node:util';

import type { Account } from './pack';

/** Fails the test when a token, a key or a one-time code of the account is in `things`. Names none of them. */
export function expectNoSecrets(account: Account, ...things: unknown[]): void {
	const text = inspect(things, { depth: 12, showHidden: true, maxArrayLength: null, maxStringLength: null });
	const code = new URL(account.user.emailLink).searchParams.get('oobCode') as string;
	const found = [...account.secrets(), code].filter((secret) => text.includes(secret));
	expect(
		found.map((secret) => text.indexOf(secret)).map((at) => text.slice(Math.max(0, at - 60), at)),
	).toEqual([]);
}
