import {
	MAX_NOTES,
	type NotedState,
	NotedOrdinals,
} from '../../../../nodes/shared/core/purchase/retryGuard/notedOrdinals';

const fingerprint = 'a'.repeat(64);

it('is found again in what n8n stored with the execution', () => {
	const state: NotedState = {};
	new NotedOrdinals(state).add(fingerprint, 2);
	const stored = JSON.parse(JSON.stringify(state)) as NotedState;
	const again = new NotedOrdinals(stored);
	expect([1, 2, 3].map((ordinal) => again.has(fingerprint, ordinal))).toEqual([false, true, false]);
	again.remove(fingerprint, 2);
	expect(new NotedOrdinals(stored).has(fingerprint, 2)).toBe(false);
});

it('takes no more room than there are notes: a later run knows nothing of the oldest', () => {
	const state: NotedState = {};
	const ordinals = new NotedOrdinals(state);
	for (let ordinal = 0; ordinal <= MAX_NOTES; ordinal++) ordinals.add(fingerprint, ordinal);
	ordinals.add(fingerprint, MAX_NOTES);
	expect(state.image3dNotes).toHaveLength(MAX_NOTES);
	const isKnown = (to: NotedOrdinals) => [0, 1].map((ordinal) => to.has(fingerprint, ordinal));
	expect(isKnown(ordinals)).toEqual([true, true]);
	expect(isKnown(new NotedOrdinals(state))).toEqual([false, true]);
});
