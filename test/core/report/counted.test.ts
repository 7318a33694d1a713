import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { counted, inMegabytes, inSeconds } from '../../../nodes/shared/core/report/counted';

describe('counted', () => {
	it.each([
		[0, 'no generations'],
		[1, '1 generation'],
		[2, '2 generations'],
		[0.1 + 0.2, '0.3 generations'],
		[-1.5, '-1.5 generations'],
	])('of %d', (count, words) => expect(counted(count, 'generation')).toBe(words));

	it('takes a plural of its own', () => {
		expect([0, 1, 2].map((count) => counted(count, 'retry', 'retries'))).toEqual([
			'no retries',
			'1 retry',
			'2 retries',
		]);
	});
});

it.each([
	[0, 'less than a second'],
	[499, 'less than a second'],
	[500, '1 second'],
	[1_499, '1 second'],
	[31_400, '31 seconds'],
])('inSeconds of %d ms', (ms, words) => expect(inSeconds(ms)).toBe(words));

it.each([
	[1, 'less than 0.1 MB'],
	[60_000, '0.1 MB'],
	[10 * 1024 * 1024, '10 MB'],
])('inMegabytes of %d bytes', (bytes, words) => expect(inMegabytes(bytes)).toBe(words));

describe('every sentence of the nodes', () => {
	const SELF = join('shared', 'core', 'report', 'counted.ts');
	const root = join(__dirname, '..', '..', '..', 'nodes');
	const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
		(name) => name.endsWith('.ts') && name !== SELF,
	);
	const NOUNS = 'seconds|MB|generations|credits|status checks|retries';

	// A value that stands right before its noun reads "1 seconds" or "0 MB" one day; constants do not.
	it.each(files)('counts by the shared function in %s', (file) => {
		const text = readFileSync(join(root, file), 'utf8');
		const found = text.match(new RegExp(`\\$\\{[^{}]*\\} (?:${NOUNS})\\b`, 'g')) ?? [];
		expect(
			found.filter((phrase) => !/\$\{(?:[A-Z_]+(?: \/ [A-Z_0-9]+)?|most|maxFileSizeMb)\}/.test(phrase)),
		).toEqual([]);
	});
});
