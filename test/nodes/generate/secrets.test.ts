/** Nothing secret leaves the credential: not in items, not in errors however deep, not in the log, not in storage. */
import type { FaultOrder } from '../../../sandbox/faults';
import { deepText } from '../../../harness/sandbox/deepText';
import { useShortWaits } from '../../../harness/sandbox/dice';
import { generate } from '../../../harness/sandbox/generation';
import { usePack, type Account, type SignInMethod } from '../../../harness/sandbox/pack';

const pack = usePack();
useShortWaits();

const always = (...orders: FaultOrder[]) => orders.map((order) => ({ ...order, times: -1 }));

/** What may differ by the way of signing in. */
const signInRuns: Record<string, FaultOrder[]> = {
	succeeds: [],
	'is refused with 401': always({ on: 'generate', kind: 'status', status: 401 }),
	'meets a sign-in that fails': always(
		{ on: 'token', kind: 'status', code: 'USER_DISABLED' },
		{ on: 'signIn', kind: 'status', code: 'INVALID_OOB_CODE' },
	),
	'meets a sign-in that is reset': always(
		{ on: 'token', kind: 'resetBefore' },
		{ on: 'signIn', kind: 'resetBefore' },
	),
};

const runs: Record<string, FaultOrder[]> = {
	...signInRuns,
	'is refused with 400': always({ on: 'generate', kind: 'status', status: 400 }),
	'is refused with 402': always({ on: 'generate', kind: 'status', status: 402 }),
	'is reset while it is sent': always({ on: 'generate', kind: 'resetAfter' }),
	'meets a redirect': always({ on: 'generate', kind: 'redirect', to: 'http://127.0.0.1:9/elsewhere' }),
	'meets a dead status': always({ on: 'status', kind: 'resetBefore' }),
	'meets a status that is refused': always({ on: 'status', kind: 'status', status: 401 }),
	'meets a broken download': always({ on: 'model', kind: 'truncate' }),
	'meets a download that is refused': always({ on: 'model', kind: 'status', status: 500 }),
};

const table: Array<[SignInMethod, string, FaultOrder[]]> = [
	...Object.entries(runs).map(([what, faults]) => ['refreshToken', what, faults] as never),
	...Object.entries(signInRuns).map(([what, faults]) => ['emailLink', what, faults] as never),
	['idToken', 'succeeds', []],
	['idToken', 'is refused with 401', runs['is refused with 401']],
];

it.each(table)('signed in by %s, a run that %s tells no secret', async (signIn, _what, faults) => {
	const account = await pack.account({ rotateRefreshTokens: true }, { signIn });
	if (faults.length > 0) await account.faults(...faults);
	const firstLine = pack.engine.logs.length;
	for (const onError of ['stopWorkflow', 'continueErrorOutput'] as const) {
		const { result, ...rest } = await generate(pack, account, { options: { timeout: 1 } }, { onError });
		expect(findSecrets(account, [rest, result.run, pack.engine.logs.slice(firstLine)])).toEqual([]);
	}
});

it('a reason of the service that quotes the token is told without it', async () => {
	const account = await pack.account({}, { signIn: 'idToken' });
	const { idToken } = account.user;
	const body = { error: `Token ${idToken} may not do this`, authorization: `Bearer ${idToken}` };
	await account.faults({ on: 'generate', kind: 'status', status: 400, body });
	const { error, result } = await generate(pack, account);
	expect(error!.message).toContain('Token [hidden] may not do this');
	expect(findSecrets(account, [error, result.run, pack.engine.logs])).toEqual([]);
});

it('the search finds a secret in a hidden property of an error’s cause', async () => {
	const account = await pack.account();
	const cause = Object.defineProperty(new Error('inner'), 'config', {
		value: { headers: new Map([['Authorization', `Bearer ${account.user.idToken}`]]) },
		enumerable: false,
	});
	const found = findSecrets(account, { items: [{ error: new Error('outer', { cause }) }] });
	expect(found).toEqual(['a secret of the account', 'a web token', 'a bearer value']);
});

/** Kinds of secrets in the value, so that a failing test does not print them. */
function findSecrets(account: Account, value: unknown): string[] {
	const text = deepText(value);
	const codes = [...account.user.emailLink.matchAll(/oobCode(?:=|%3D)([\w-]+)/gi)].map(([, code]) => code);
	const isThere = (secret: string) => text.includes(secret);
	return [
		...([...account.secrets(), ...codes].some(isThere) ? ['a secret of the account'] : []),
		...(/\beyJ[\w-]{10,}\./.test(text) ? ['a web token'] : []),
		...(/Bearer [^[\s]/.test(text) ? ['a bearer value'] : []),
	];
}
