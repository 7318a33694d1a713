import { MAX_PROMPT_CHARACTERS } from '../../../nodes/shared/core/api/generateRequest';
import {
	checkPrompt,
	checkQuality,
	parseExtraFields,
	toGenerateBody,
} from '../../../nodes/shared/core/api/generateRequest';
import { failureIn, valueOf } from '../../../harness/simulation/outcomes';

describe('checkPrompt', () => {
	it('trims', () => {
		expect(valueOf(checkPrompt('  a red chair \n'))).toBe('a red chair');
	});

	it('accepts exactly the longest prompt, and not one character more', () => {
		expect(valueOf(checkPrompt('x'.repeat(MAX_PROMPT_CHARACTERS)))).toHaveLength(MAX_PROMPT_CHARACTERS);
		const failure = failureIn(checkPrompt('x'.repeat(MAX_PROMPT_CHARACTERS + 1)));
		expect(failure.kind).toBe('badInput');
		expect(failure.message).toBe('"Prompt" has 4001 characters, more than the 4000 that can be sent');
		expect(failure.hint).toMatch(/Shorten it.*Nothing was charged/);
	});

	it.each(['', ' \t\n'])('refuses %j, naming the field and the remedy', (prompt) => {
		const failure = failureIn(checkPrompt(prompt));
		expect(failure).toMatchObject({ kind: 'badInput', message: '"Prompt" is empty' });
		expect(failure.hint).toMatch(/Describe.*Nothing was charged/);
	});
});

describe('checkQuality', () => {
	it.each([
		['pro', 'pro'],
		['Pro', 'pro'],
		[' ultra ', 'ultra'],
		['FAST', 'fast'],
		['\tStandard\n', 'standard'],
		['proplus', 'proplus'],
		[' proplus ', 'proplus'],
		['ProPlus', 'ProPlus'],
		['toString', 'toString'],
	])('passes "%s" on', (quality, expected) => {
		expect(valueOf(checkQuality(quality))).toBe(expected);
	});

	it('refuses an empty quality', () => {
		expect(failureIn(checkQuality(' '))).toMatchObject({ kind: 'badInput', message: '"Quality" is empty' });
	});
});

describe('parseExtraFields', () => {
	it.each([
		[undefined, {}],
		[null, {}],
		['', {}],
		['  ', {}],
		['{}', {}],
		['{"seed": 7, "mesh_only": true}', { seed: 7, mesh_only: true }],
		[{ seed: 7 }, { seed: 7 }],
	])('reads %j', (value, expected) => {
		expect(valueOf(parseExtraFields(value))).toEqual(expected);
	});

	it.each(['{seed: 7}', '[1]', '7', 'null', '"x"', '{"seed": 7', [1], 7, true])('refuses %j', (value) => {
		const failure = failureIn(parseExtraFields(value));
		expect(failure).toMatchObject({ kind: 'badInput', message: '"Extra Fields" is not a JSON object' });
		expect(failure.hint).toContain('{"seed": 7}');
	});
});

const readBytes = (body: unknown) =>
	JSON.parse(Buffer.from(body as Uint8Array).toString()) as Record<string, unknown>;

describe('toGenerateBody', () => {
	it('sends the prompt as the API documents it', () => {
		const body = toGenerateBody({ mode: 'text', quality: 'pro', prompt: 'a chair', extraFields: {} });
		expect(body).toEqual({ mode: 'text', prompt: 'a chair', quality: 'pro' });
	});

	it('sends the picture as base64', () => {
		const picture = { bytes: new Uint8Array([0xff, 0xd8, 0xff, 0x00]), type: 'image/jpeg' } as const;
		const body = toGenerateBody({ mode: 'image', quality: 'fast', picture, extraFields: {} });
		expect(readBytes(body)).toEqual({ mode: 'image', image: '/9j/AA==', quality: 'fast' });
	});

	it('sends a picture of any length whole', () => {
		for (const length of [0, 1, 2, 3, 49_151, 49_152, 49_153, 98_304, 150_000]) {
			const bytes = Uint8Array.from({ length }, (_, index) => (index * 31) % 251);
			const picture = { bytes, type: 'image/png' } as const;
			const body = toGenerateBody({ mode: 'image', quality: 'ultra "9"', picture, extraFields: { seed: 7 } });
			const { image, ...rest } = readBytes(body);
			expect(image).toBe(Buffer.from(bytes).toString('base64'));
			expect(rest).toEqual({ mode: 'image', quality: 'ultra "9"', seed: 7 });
		}
	});

	it('lets an extra field replace the picture', () => {
		const picture = { bytes: new Uint8Array(9), type: 'image/png' } as const;
		const body = toGenerateBody({ mode: 'image', quality: 'pro', picture, extraFields: { image: 'x' } });
		expect(body).toEqual({ mode: 'image', quality: 'pro', image: 'x' });
	});

	it('merges the extra fields over it', () => {
		const body = toGenerateBody({
			mode: 'text',
			quality: 'pro',
			prompt: 'a chair',
			extraFields: { quality: 'proplus', seed: 7 },
		});
		expect(body).toEqual({ mode: 'text', prompt: 'a chair', quality: 'proplus', seed: 7 });
	});
});
