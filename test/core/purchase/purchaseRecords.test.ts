import { fail, succeed, type Failure } from '../../../nodes/shared/core/failure';
import type { LedgerEntry } from '../../../nodes/shared/core/purchase/ledger';
import { type PurchaseRecord, PurchaseRecords } from '../../../nodes/shared/core/purchase/purchaseRecords';

const entry: LedgerEntry = {
	fingerprint: 'f',
	idempotencyKey: 'key-1',
	submittedMs: 0,
	state: 'sending',
	round: 0,
};
const about = { mode: 'text', quality: 'pro' } as const;
const wanted = { fingerprint: 'f', submitsAgain: false };
const refusal: Failure = { kind: 'badInput', message: 'No', hint: 'Nothing was charged.', retryable: false };

/** Records that write down what they are told, in one list. */
function recordOf(name: string, told: string[], own: Partial<PurchaseRecord> = {}): PurchaseRecord {
	return {
		opening: async () => {
			told.push(`${name} opening`);
			return succeed(undefined);
		},
		accepted: async () => void told.push(`${name} accepted`),
		ended: async (_entry, how) => void told.push(`${name} ${how}`),
		delivered: async (entries) => void told.push(`${name} delivered ${entries.length}`),
		...own,
	};
}

function open(...own: Array<Partial<PurchaseRecord>>) {
	const told: string[] = [];
	const warnings: string[] = [];
	const records = own.map((each, index) => recordOf(String.fromCharCode(97 + index), told, each));
	return { told, warnings, records: new PurchaseRecords(records, { warn: (text) => warnings.push(text) }) };
}

describe('PurchaseRecords', () => {
	it('are opened in the reverse of the order in which they are asked', async () => {
		const { records, told } = open({}, {});
		await records.opening(entry, about);
		expect(told).toEqual(['b opening', 'a opening']);
	});

	it('find nothing, and let pay, where there are none', async () => {
		const { records } = open();
		expect(await records.find(wanted)).toEqual(succeed(undefined));
		expect(await records.opening(entry, about)).toEqual(succeed(undefined));
	});

	it('ask one after the other until one knows a task', async () => {
		const found = { entry: { ...entry, taskId: 't-1' } };
		const never = jest.fn();
		const { records } = open({}, { find: async () => succeed(found) }, { find: never });
		expect(await records.find(wanted)).toEqual(succeed(found));
		expect(never).not.toHaveBeenCalled();
	});

	it('ask no other once one forbids to pay', async () => {
		const never = jest.fn();
		const { records } = open({ find: async () => fail(refusal) }, { find: never });
		expect(await records.find(wanted)).toEqual(fail(refusal));
		expect(never).not.toHaveBeenCalled();
	});

	it('tell those that had opened a purchase that it was not paid for, where another refuses it', async () => {
		const { records, told } = open({}, { opening: async () => fail(refusal) }, {});
		expect(await records.opening(entry, about)).toEqual(fail(refusal));
		expect(told).toEqual(['c opening', 'c refused']);
	});

	it('do the same where another finds its task at the last moment', async () => {
		const found = { entry: { ...entry, taskId: 't-1' }, isReused: true as const };
		const { records, told } = open({ opening: async () => succeed(found) }, {});
		expect(await records.opening(entry, about)).toEqual(succeed(found));
		expect(told).toEqual(['b opening', 'b refused']);
	});

	it('are all told of what was paid for, though one of them breaks, which goes to the log', async () => {
		const broken = async () => await Promise.reject(new Error('no table\nany more'));
		const { records, told, warnings } = open({ accepted: broken }, {});
		await records.accepted(entry);
		expect(told).toEqual(['b accepted']);
		expect(warnings).toEqual(['A record of paid tasks could not be kept: no table any more']);
	});

	it('are not told of an output without any purchase', async () => {
		const { records, told } = open({});
		await records.delivered([]);
		await records.delivered([entry, entry]);
		expect(told).toEqual(['a delivered 2']);
	});
});
