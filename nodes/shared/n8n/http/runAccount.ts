/**
 * Whose account a run of a node works with: a credential that is changed meanwhile may belong to another one, which
 * knows nothing of the tasks that were started. In go the run's answers; out comes whether the account has changed.
 */
import { createHash } from 'crypto';
import { readTokenUser } from '../../core/auth/token';
import type { SignInData } from '../../core/auth/signIn';
import type { ApiAccess } from './apiAccess';

/** Kept with the execution, so that a retry knows whose tasks it finds. */
interface StoredAccount {
	image3dAccount?: string;
}

/** One per run; whose account it is, is found out when the service has first answered. */
export class RunAccount {
	private known?: string;

	constructor(private readonly access: ApiAccess) {}

	/** Notes the account that the service has just served. `hasPaid`: for the retries of this node, too. */
	async note(hasPaid: boolean): Promise<void> {
		const stored = this.stored;
		this.known ??= stored?.image3dAccount ?? (await this.readAccount());
		if (hasPaid && stored !== undefined && this.known !== undefined) stored.image3dAccount ??= this.known;
	}

	/** Whether the credential signs in another account than the one that was noted first. */
	async hasChanged(): Promise<boolean> {
		const first = this.known ?? this.stored?.image3dAccount;
		if (first === undefined) return false;
		const now = await this.readAccount();
		return now !== undefined && now !== first;
	}

	private get stored(): StoredAccount | undefined {
		return this.access.readMemory();
	}

	private async readAccount(): Promise<string | undefined> {
		return accountOf(await this.access.readCredential());
	}
}

/** Tells accounts apart without keeping a token or a name; undefined where nobody has signed in yet. */
function accountOf({ signInMethod, staticToken, idToken }: SignInData): string | undefined {
	const token = signInMethod === 'idToken' ? staticToken?.trim().split(' ').at(-1) : idToken;
	if (!token) return undefined;
	return createHash('sha256').update(readTokenUser(token)).digest('hex').slice(0, 16);
}
