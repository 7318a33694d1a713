/** Whether another generation may be paid for: the spend limit, the minimum balance, and the service's own "no credits". */
import { type Failure, type Outcome, fail, succeed } from '../failure';
import { counted } from '../report/counted';
import { readBalance } from '../api/fetchBalance';
import type { Ledger } from './ledger';
import type { Service } from '../api/service';

/** The user's own limits on what a run may pay for. */
export interface GateOptions {
	/** Generations that may be started in its span, tries taken together; unlimited when undefined. */
	spendLimit?: number;
	/** What the spend limit holds for, in the user's words; a run by default. */
	spendLimitSpan?: 'run' | 'execution';
	/** Credits that the account must have before the first submit; not looked at when undefined. */
	minimumBalance?: number;
}

/** How long to try to read the balance before the first submit. */
const BALANCE_BUDGET_MS = 60_000;

/** One per run: asked before every submit, told what became of it. */
export class SpendingLimit {
	/** Tasks that the service accepted in this run. */
	accepted = 0;
	private closedBecause: string | undefined;
	private stoppedBy: Failure | undefined;
	private balanceBefore: number | undefined;
	private balanceCheck: Promise<Outcome<string | undefined>> | undefined;

	constructor(
		private readonly options: GateOptions,
		/** Keeps the count of what was started from try to try. */
		private readonly ledger: Pick<Ledger, 'started' | 'countStart'>,
		private readonly service: Service,
		private readonly signal?: AbortSignal,
	) {}

	/** Lets one more generation through (undefined), or says why not. Fails when the balance cannot be read. */
	async enter(): Promise<Outcome<string | undefined>> {
		if (this.stoppedBy !== undefined) return fail(this.stoppedBy);
		if (this.closedBecause !== undefined) return succeed(this.closedBecause);
		const { spendLimit, spendLimitSpan = 'run' } = this.options;
		if (spendLimit !== undefined && this.ledger.started + 1 > spendLimit) {
			return succeed(
				`The option Spend Limit allows ${counted(spendLimit, 'generation')} in one ${spendLimitSpan}.`,
			);
		}
		this.ledger.countStart(1);
		this.balanceCheck ??= this.checkBalance();
		const verdict = await this.balanceCheck;
		if (!verdict.ok || verdict.value !== undefined) this.leave();
		return verdict;
	}

	/** A generation that was let through was not started after all. */
	leave(): void {
		this.ledger.countStart(-1);
	}

	/** The service said that the credits are used up: nothing more is submitted in this run. */
	close(reason: string): void {
		this.closedBecause ??= reason;
	}

	/** What has failed would fail every other submit of this run as well, or leave it in doubt: they are not sent. */
	stop(failure: Failure): void {
		this.stoppedBy ??= { ...failure, isUnsent: true };
	}

	/** What the balance says about an unconfirmed submit; nothing where it was not read before the first one. */
	async compareBalance(): Promise<string> {
		if (this.balanceBefore === undefined) return '';
		const balance = await readBalance(this.service, BALANCE_BUDGET_MS, this.signal);
		const now = balance.ok ? balance.value.amount : undefined;
		if (now === undefined) return '';
		if (now === this.balanceBefore)
			return ` The balance is still ${counted(now, 'credit')}, so it has not been charged so far.`;
		const confirmed = counted(this.accepted, 'generation');
		return ` The balance was ${counted(this.balanceBefore, 'credit')} before this run and is ${now} now, with ${confirmed} confirmed in between.`;
	}

	private async checkBalance(): Promise<Outcome<string | undefined>> {
		const { minimumBalance } = this.options;
		if (minimumBalance === undefined) return succeed(undefined);
		const balance = await readBalance(this.service, BALANCE_BUDGET_MS, this.signal);
		if (!balance.ok)
			return fail({ ...balance.failure, hint: `${balance.failure.hint} Nothing was submitted.` });
		const { amount } = balance.value;
		this.balanceBefore = amount;
		if (amount === undefined) return fail(WITHOUT_NUMBER);
		if (amount >= minimumBalance) return succeed(undefined);
		return succeed(
			`The balance is ${counted(amount, 'credit')}, less than the Minimum Balance of ${minimumBalance}.`,
		);
	}
}

const WITHOUT_NUMBER: Failure = {
	kind: 'unreadable',
	message: 'Image3D gave no number for the balance',
	hint: 'The option Minimum Balance needs one, so nothing was submitted and nothing was charged. Look at the answer with Image3D Balance, or remove the option.',
	retryable: false,
};
