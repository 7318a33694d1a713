import { fingerprintOf } from '../../../nodes/shared/core/purchase/fingerprint';
import { Ledger, type LedgerState } from '../../../nodes/shared/core/purchase/ledger';
import type { GenerateRequest } from '../../../nodes/shared/core/api/generateRequest';

const request: GenerateRequest = {
	mode: 'image',
	quality: 'pro',
	prompt: 'a chair',
	picture: { bytes: Uint8Array.of(0xff, 0xd8, 0xff, 1), type: 'image/jpeg' },
	extraFields: { seed: 7 },
};

describe('fingerprintOf', () => {
	it('is the same for the same purchase', () => {
		expect(fingerprintOf(structuredClone(request))).toBe(fingerprintOf(request));
	});

	it.each<[string, Partial<GenerateRequest>, Partial<GenerateRequest>]>([
		[
			'extra fields in another order',
			{ extraFields: { seed: 7, view: { x: 1, y: [{ a: 1, b: 2 }] } } },
			{ extraFields: { view: { y: [{ b: 2, a: 1 }], x: 1 }, seed: 7 } },
		],
		['a prompt whose letters are put together otherwise', { prompt: 'caf\u00e9' }, { prompt: 'cafe\u0301' }],
		['the line breaks of another system', { prompt: 'a\nb' }, { prompt: 'a\r\nb' }],
	])('is the same for %s', (_what, one, other) => {
		expect(fingerprintOf({ ...request, ...one })).toBe(fingerprintOf({ ...request, ...other }));
	});

	it('is that of what is sent: a date is its text, and what is undefined is not there', () => {
		const at = (when: unknown) => fingerprintOf({ ...request, extraFields: { list: [{ when }] } });
		const [noon, night] = ['2026-11-26T12:00:00.000Z', '2026-11-26T23:00:00.000Z'];
		expect(at(new Date(noon))).not.toBe(at(new Date(night)));
		expect(at(new Date(noon))).toBe(at(noon));
		const without = fingerprintOf({ ...request, extraFields: { list: [{}] } });
		expect(at(undefined)).toBe(without);
	});

	it('is another one for a list in another order', () => {
		const [one, other] = [
			[1, 2],
			[2, 1],
		].map((list) => ({ ...request, extraFields: { list } }));
		expect(fingerprintOf(one)).not.toBe(fingerprintOf(other));
	});

	it.each<[string, Partial<GenerateRequest>]>([
		['mode', { mode: 'text' }],
		['quality', { quality: 'ultra' }],
		['prompt', { prompt: 'a chair.' }],
		['missing prompt', { prompt: undefined }],
		['picture', { picture: { bytes: Uint8Array.of(0xff, 0xd8, 0xff, 2), type: 'image/jpeg' } }],
		['longer picture', { picture: { bytes: Uint8Array.of(0xff, 0xd8, 0xff, 1, 0), type: 'image/jpeg' } }],
		['missing picture', { picture: undefined }],
		['value of an extra field', { extraFields: { seed: 8 } }],
		['name of an extra field', { extraFields: { Seed: 7 } }],
		['type of an extra field', { extraFields: { seed: '7' } }],
		['further extra field', { extraFields: { seed: 7, mesh_only: true } }],
		['missing extra field', { extraFields: {} }],
	])('is another one with another %s', (_field, change) => {
		expect(fingerprintOf({ ...request, ...change })).not.toBe(fingerprintOf(request));
	});

	it('tells no prompt from the prompt "null", and fields from each other', () => {
		const words = (prompt: string | undefined, quality: string): GenerateRequest => ({
			mode: 'text',
			prompt,
			quality,
			extraFields: {},
		});
		expect(fingerprintOf(words(undefined, 'pro'))).not.toBe(fingerprintOf(words('null', 'pro')));
		expect(fingerprintOf(words('a","b', 'c'))).not.toBe(fingerprintOf(words('a', 'b","c')));
	});
});

describe('Ledger', () => {
	const openKeys = () => {
		let count = 0;
		return () => `key-${++count}`;
	};
	/** What n8n stores and gives back to the next try. */
	const restart = (state: LedgerState) => new Ledger(JSON.parse(JSON.stringify(state)), openKeys());

	it('notes a submit before it leaves, in the state it was given', () => {
		const state: LedgerState = {};
		const entry = new Ledger(state, openKeys()).open('f', 1_000);
		expect(entry).toEqual({
			fingerprint: 'f',
			idempotencyKey: 'key-1',
			submittedMs: 1_000,
			state: 'sending',
			round: 0,
		});
		expect(state.entries).toEqual([entry]);
		entry.taskId = 't-1';
		expect(state.entries![0].taskId).toBe('t-1');
	});

	it('gives every submit a key of its own', () => {
		const ledger = new Ledger({}, openKeys());
		expect(ledger.open('f', 0).idempotencyKey).not.toBe(ledger.open('f', 0).idempotencyKey);
	});

	it('finds an accepted task again after a retry, once', () => {
		const state: LedgerState = {};
		const entry = new Ledger(state, openKeys()).open('f', 1_000);
		Object.assign(entry, { state: 'accepted', taskId: 't-1' });
		const retried = restart(state);
		expect(retried.claim('f')).toMatchObject({ taskId: 't-1', state: 'accepted', submittedMs: 1_000 });
		expect(retried.claim('f')).toBeUndefined();
	});

	it('still finds it in a second retry when the first one did not hand it on', () => {
		const state: LedgerState = {};
		new Ledger(state, openKeys()).open('f', 1_000);
		const kept = JSON.parse(JSON.stringify(state)) as LedgerState;
		expect(new Ledger(kept, openKeys()).claim('f')).toBeDefined();
		expect(restart(kept).claim('f')).toBeDefined();
	});

	it('gives equal requests their tasks in the order of submitting', () => {
		const state: LedgerState = {};
		const ledger = new Ledger(state, openKeys());
		for (const taskId of ['t-1', 't-2', 't-3']) ledger.open('f', 0).taskId = taskId;
		const retried = restart(state);
		expect([1, 2, 3, 4].map(() => retried.claim('f')?.taskId)).toEqual(['t-1', 't-2', 't-3', undefined]);
	});

	it('keeps an unconfirmed submit, whether it was seen to fail or the process died', () => {
		const state: LedgerState = {};
		const ledger = new Ledger(state, openKeys());
		ledger.open('died', 0);
		ledger.open('lost', 0).state = 'uncertain';
		const retried = restart(state);
		expect(retried.claim('died')?.state).toBe('sending');
		expect(retried.claim('lost')?.state).toBe('uncertain');
	});

	it('does not claim what this run itself has opened', () => {
		const ledger = new Ledger({}, openKeys());
		ledger.open('f', 0);
		expect(ledger.claim('f')).toBeUndefined();
	});

	it('does not give another request the task', () => {
		const state: LedgerState = {};
		new Ledger(state, openKeys()).open('f', 0);
		expect(restart(state).claim('g')).toBeUndefined();
	});

	it('forgets what was handed on: the next loop over the same input makes a new model', () => {
		const state: LedgerState = {};
		const first = new Ledger(state, openKeys());
		const [one, two] = [first.open('f', 0), first.open('f', 0)];
		first.close(one);
		expect(state.entries).toEqual([two]);
		first.close(two);
		expect(restart(state).claim('f')).toBeUndefined();
	});

	it('keeps what was handed on for a try again of the same round, and for no later one', () => {
		const state: LedgerState = {};
		const first = new Ledger(state, openKeys(), 3);
		first.keepForTryAgain(first.open('f', 0));
		expect(new Ledger(structuredClone(state), openKeys(), 3).claim('f')).toBeDefined();
		const later = structuredClone(state);
		expect(new Ledger(later, openKeys(), 4).claim('f')).toBeUndefined();
		expect(later.entries).toEqual([]);
	});

	it('closes a claimed entry in the state too, and does not mind closing twice', () => {
		const state: LedgerState = {};
		new Ledger(state, openKeys()).open('f', 0);
		const retried = new Ledger(state, openKeys());
		const entry = retried.claim('f')!;
		retried.close(entry);
		retried.close(entry);
		expect(state.entries).toEqual([]);
	});
});

describe('what is unsettled', () => {
	const key = () => 'key';

	it('is each accepted task and each unconfirmed submit that is not handed on', () => {
		const ledger = new Ledger({}, key);
		const accept = (taskId: string) => Object.assign(ledger.open('f', 0), { state: 'accepted', taskId });
		accept('t-1');
		ledger.close(accept('t-2'));
		ledger.open('f', 0);
		ledger.open('f', 0).state = 'uncertain';
		expect(ledger.unsettled()).toEqual({ taskIds: ['t-1'], uncertain: 2 });
	});

	it('is a task that a try before has lost, and a submit that was sent again, until it is settled', () => {
		const state: LedgerState = {};
		const first = new Ledger(state, key);
		first.closeLost(Object.assign(first.open('f', 0), { taskId: 't-1' }));
		first.open('f', 0).state = 'uncertain';
		const second = new Ledger(structuredClone(state), key);
		const again = second.claim('f')!;
		second.resend(again);
		expect(again.state).toBe('sending');
		second.close(again);
		expect(second.unsettled()).toEqual({ taskIds: ['t-1'], uncertain: 1 });
		second.settle();
		expect(second.unsettled()).toEqual({ taskIds: [], uncertain: 0 });
	});

	it('is nothing of another round that this one has not taken up', () => {
		const state: LedgerState = {};
		const first = new Ledger(state, key, 0);
		first.open('f', 0).taskId = 't-1';
		first.open('f', 0).taskId = 't-2';
		const second = new Ledger(state, key, 1);
		second.claim('f')!.state = 'accepted';
		expect(second.unsettled()).toEqual({ taskIds: ['t-1'], uncertain: 0 });
	});
});

describe('a submit whose answer came after n8n had saved the execution', () => {
	const open = () => {
		const state: LedgerState = {};
		new Ledger(state, () => 'key').open('f', 1);
		// As n8n saved it, before the answer was there.
		const saved = JSON.parse(JSON.stringify(state)) as LedgerState;
		return { answered: state.entries![0], ledger: new Ledger(saved, () => 'other key') };
	};

	it('is found as a task by whoever has seen the answer', () => {
		const { answered, ledger } = open();
		Object.assign(answered, { state: 'accepted', taskId: 't-1', submittedMs: 5 });
		ledger.learn(({ idempotencyKey }) => (idempotencyKey === 'key' ? answered : undefined));
		expect(ledger.claim('f')).toMatchObject({ state: 'accepted', taskId: 't-1', submittedMs: 5 });
	});

	it('stays uncertain where nobody has', () => {
		const { answered, ledger } = open();
		ledger.learn(() => answered);
		ledger.learn(() => undefined);
		expect(ledger.claim('f')).toMatchObject({ state: 'sending', submittedMs: 1 });
	});
});
