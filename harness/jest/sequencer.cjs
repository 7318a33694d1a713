/**
 * In which order suites run. Jest knows their size, and from the second run on how long they took; a fresh clone in CI has no
 * second run. So the longest go first, and then those that compute beside those that wait for the sandbox, so that no core
 * rests while there is work.
 */
const Sequencer = require('@jest/test-sequencer').default;

/**
 * Of half a minute and more, whatever the size of their file. Those that are killed run in accelerated time, so they begin
 * beside suites that wait; what computes all of its time comes after these.
 */
const LONGEST = [
	'chaos/kills',
	'nodes/trigger/pollFinishedTasks',
	'nodes/generate/learning',
	'start/npmCache',
	'start/bareClone',
	'chaos/chaos',
	'nodes/trigger/scheduler',
	'glb/bombs',
	'structure/package',
	'glb/operations/bombs',
	'glb/operations/convert/browser',
];

const WAITS = /[\\/]test[\\/](nodes|credentials|sandbox|engine)[\\/]/;

const placeOf = ({ path }) => {
	const place = LONGEST.findIndex((name) => path.replaceAll('\\', '/').endsWith(`/test/${name}.test.ts`));
	return place === -1 ? LONGEST.length : place;
};

module.exports = class extends Sequencer {
	sort(tests) {
		const sorted = super.sort([...tests]);
		const first = sorted.filter((test) => placeOf(test) < LONGEST.length);
		const others = sorted.filter((test) => placeOf(test) === LONGEST.length);
		const waiting = others.filter(({ path }) => WAITS.test(path));
		const busy = others.filter(({ path }) => !WAITS.test(path));
		return [...first.sort((one, other) => placeOf(one) - placeOf(other)), ...merge(waiting, busy)];
	}
};

/** Both in their order, and so that both come to their end together. */
function merge(one, other) {
	const placed = [one, other].flatMap((list) =>
		list.map((test, index) => ({ test, at: (index + 0.5) / list.length })),
	);
	return placed.sort((a, b) => a.at - b.at).map(({ test }) => test);
}
