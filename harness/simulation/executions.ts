/** Executions in virtual time that remember what they pay for: the names of their items in; out comes what each of them got. */
import { setMaxListeners } from 'node:events';
import { Ledger } from '../../nodes/shared/core/purchase/ledger';
import type { MemoryTable } from '../../nodes/shared/core/purchase/memory/memoryTable';
import { PaidModels } from '../../nodes/shared/core/purchase/memory/paidModels';
import type { AboutPurchase } from '../../nodes/shared/core/purchase/purchaseRecords';
import { SimulatedTable } from './simulatedTable';
import { VirtualClock } from './virtualClock';

/** Never aborted, whoever sleeps on it. */
export function unending(): AbortSignal {
	const { signal } = new AbortController();
	setMaxListeners(0, signal);
	return signal;
}

export const fingerprint = (name: string) => Buffer.from(name.padEnd(32, '.')).toString('hex');

/** How a request ends, as the service has it: `withdrawn` is a model whose run was canceled when it came out. */
export type RequestEnd = 'model' | 'withdrawn' | 'refused' | 'uncertain' | 'failed';

/** Executions of one workflow that share a table and an account. */
export class Executions {
	readonly clock: VirtualClock;
	readonly table: SimulatedTable;
	/** Tasks that were paid for, by their request. */
	readonly charges: Array<{ name: string; taskId: string; end: RequestEnd }> = [];
	/** What n8n's log and the ends of the runs say. */
	readonly told: string[] = [];
	private stampMs = 0;
	private count = 0;

	constructor(
		private readonly random: () => number,
		skewMs = 0,
	) {
		this.clock = new VirtualClock(undefined, random);
		this.table = new SimulatedTable(this.clock, random, skewMs);
	}

	/** Runs all items of an execution at the same time; resolves with what each of them got, or why it got nothing. */
	async start(
		names: readonly string[],
		{ delayMs = 0, killed = unending(), canceled = unending(), table, ...wishes }: StartOptions = {},
	): Promise<string[]> {
		const number = ++this.count;
		await this.clock.sleep(delayMs);
		const { clock } = this;
		const ledger = new Ledger({}, () => `key-${number}`);
		const port = table ?? this.table.portFor(killed);
		const memory = new PaidModels({
			table: port,
			clock,
			signal: canceled,
			executionId: String(number),
			nextStamp: () => (this.stampMs = Math.max(clock.now(), this.stampMs + 1)),
			log: { warn: (text) => void this.told.push(text) },
			isReserved: (rowId) => ledger.hasMemoryRow(port.id, rowId),
		});
		const looked = await memory.lookUp(names.map(fingerprint));
		if (!looked.ok) return names.map(() => looked.failure.message);
		const got = await Promise.all(
			names.map(async (name) => await this.buy(memory, ledger, name, killed, wishes)),
		);
		await memory.close();
		this.told.push(memory.describeUnwritten());
		return got;
	}

	private async buy(
		memory: PaidModels,
		ledger: Ledger,
		name: string,
		killed: AbortSignal,
		{ submitsAgain = false, makesAgain = false, endOf = () => 'model', isForgotten = () => false }: Wishes,
	): Promise<string> {
		const wanted = { fingerprint: fingerprint(name), submitsAgain, makesAgain };
		const found = await memory.find(wanted);
		if (!found.ok) return found.failure.message;
		if (found.value !== undefined) {
			const known = found.value.entry;
			if (!isForgotten(known.taskId!)) return known.taskId!;
			await memory.ended(known, 'failed');
		}
		const entry = ledger.open(wanted.fingerprint, this.clock.now());
		const about: AboutPurchase = { mode: 'text', quality: 'pro', submitsAgain, makesAgain };
		const opened = await memory.opening(entry, about);
		if (!opened.ok) return opened.failure.message;
		if (opened.value !== undefined) return opened.value.entry.taskId!;
		await this.pause(killed);
		const end = endOf();
		if (end === 'refused') {
			await memory.ended(entry, end);
			return end;
		}
		const taskId = `task-${this.charges.length + 1}`;
		this.charges.push({ name, taskId, end });
		await this.pause(killed);
		if (end === 'uncertain') {
			await memory.ended(entry, end);
			return end;
		}
		Object.assign(entry, { state: 'accepted', taskId });
		await memory.accepted(entry);
		if (end === 'failed') {
			await memory.ended(entry, end);
			return end;
		}
		await memory.delivered([entry]);
		if (end === 'withdrawn') await memory.undelivered([entry]);
		return taskId;
	}

	private async pause(killed: AbortSignal): Promise<void> {
		await this.clock.sleep(this.random() * 2_000);
		if (killed.aborted) await new Promise(() => undefined);
	}
}

export interface Wishes {
	submitsAgain?: boolean;
	makesAgain?: boolean;
	/** Asked for each request that leaves; without it each makes a model. */
	endOf?: () => RequestEnd;
	/** Whether the service does not know a task any more that was paid for before. */
	isForgotten?: (taskId: string) => boolean;
}

interface StartOptions extends Wishes {
	delayMs?: number;
	killed?: AbortSignal;
	canceled?: AbortSignal;
	table?: MemoryTable;
}
