/** What the steps of a purchase have in common: what they share in a run, what is to be bought, what comes of it. */
import type { GenerateRequest } from '../api/generateRequest';
import type { Service } from '../api/service';
import type { Task } from '../api/task';
import type { AdaptiveLimiter } from '../concurrency/adaptiveLimiter';
import type { RunReport } from '../report/runReport';
import type { Ledger } from './ledger';
import type { FoundTask, PurchaseRecords } from './purchaseRecords';
import type { SpendingLimit } from './spendingLimit';

/** What the purchases of one run share. */
export interface Purchases {
	service: Service;
	ledger: Ledger;
	/** Who else keeps account of what is paid for. */
	records: PurchaseRecords;
	gate: SpendingLimit;
	window: AdaptiveLimiter;
	report: Pick<RunReport, 'countRetry'>;
	/** Ends when nothing more is to be paid for. */
	waitSignal: AbortSignal;
	/** Runs a step that takes some milliseconds, such as going through a whole picture, in a turn of its own. */
	inTurn<T>(step: () => T): Promise<T>;
	log: { info(text: string): void; warn(text: string): void };
	/** Where the run is, in the words of the log. */
	place: string;
}

/** What is to be bought. */
export interface Purchase {
	request: GenerateRequest;
	/** What was asked and where its picture came from, as `Ledger` keeps it. */
	source?: string;
	/** An unconfirmed submit is sent again. */
	submitsAgain: boolean;
	/** A new model is wanted although one may be known. */
	makesAgain?: boolean;
	/** How long a submit may be put off by 429s. */
	budgetMs: number;
	/** The prompt or the picture's file name, for whoever reads the records. */
	label?: string;
}

/** A task that is paid for. */
export interface PurchasedTask extends FoundTask {
	/** As the service has just accepted it; undefined where it was found, and nothing but its id is known. */
	task?: Task;
}

/** Why a request was not submitted. */
export interface Skipped {
	skipped: string;
}
