import * as fc from 'fast-check';
import { GlbCheck } from '../../nodes/shared/core/glbCheck';
import { rawGlb } from '../glb/facts/buildGlb';
import { HTML_PAGE } from './support/replies';

const MODEL = Buffer.from(rawGlb({ asset: { version: '2.0' } }, new Uint8Array(40)));

/** Cuts a file into chunks at the given places. */
function cut(file: Buffer, places: number[]): Buffer[] {
	const edges = [0, ...[...places].sort((a, b) => a - b), file.length];
	return edges.slice(1).map((edge, index) => file.subarray(edges[index], edge));
}

/** Sends chunks through, as the download does; what was thrown, or else what is wrong at the end. */
function findProblem(check: GlbCheck, chunks: Buffer[], contentLength?: string) {
	try {
		check.expectLength(contentLength);
		for (const chunk of chunks) check.take(chunk);
	} catch (error) {
		expect(error).toBeInstanceOf(RangeError);
		expect(check.problem?.message).toBe((error as Error).message);
	}
	return check.findProblemAtEnd();
}

describe('GlbCheck', () => {
	it('passes a whole model on as it is', () => {
		const check = new GlbCheck();
		expect(check.take(MODEL)).toBe(MODEL);
		expect(check.findProblemAtEnd()).toBeUndefined();
		expect(check.received).toBe(MODEL.length);
	});

	it('passes it with chunk boundaries anywhere, empty chunks too', () => {
		const places = fc.array(fc.integer({ min: 0, max: MODEL.length }), { maxLength: 40 });
		fc.assert(
			fc.property(places, (edges) => {
				const problem = findProblem(new GlbCheck(), cut(MODEL, edges), String(MODEL.length));
				return problem === undefined;
			}),
			{ numRuns: 500 },
		);
	});

	it('passes it byte by byte', () => {
		const edges = Array.from(MODEL.keys());
		expect(findProblem(new GlbCheck(), cut(MODEL, edges))).toBeUndefined();
	});

	it('refuses it cut short anywhere, as something to try again', () => {
		for (let length = 0; length < MODEL.length; length++) {
			const problem = findProblem(new GlbCheck(), [MODEL.subarray(0, length)]);
			expect(problem).toMatchObject({ kind: 'download', retryable: true });
		}
	});

	it('says how much of it arrived', () => {
		const problem = findProblem(new GlbCheck(), [MODEL.subarray(0, 50)]);
		expect(problem?.message).toContain(`50 of ${MODEL.length} bytes arrived`);
	});

	it('refuses what goes on beyond its declared length at once, not at the end of an endless stream', () => {
		const check = new GlbCheck();
		check.take(MODEL);
		expect(() => check.take(Buffer.alloc(1))).toThrow(RangeError);
		expect(check.findProblemAtEnd()).toMatchObject({ kind: 'download', retryable: true });
		const inOne = findProblem(new GlbCheck(), [Buffer.concat([MODEL, Buffer.alloc(8)])]);
		expect(inOne?.message).toContain(`${MODEL.length} bytes`);
	});

	it.each([
		['a web page', Buffer.from(HTML_PAGE)],
		['JSON', Buffer.from('{"error": "expired", "code": 403}')],
		['a zip', Buffer.from('PK\x03\x04 and so on, for more than twenty bytes')],
		['a damaged head', Buffer.concat([MODEL.subarray(0, 16), Buffer.from('XXXX'), MODEL.subarray(20)])],
		['version 1', Buffer.concat([MODEL.subarray(0, 4), Buffer.from([1, 0, 0, 0]), MODEL.subarray(8)])],
	])('refuses %s at its first bytes', (_what, file) => {
		const check = new GlbCheck();
		expect(() => check.take(file)).toThrow(RangeError);
		expect(check.problem).toMatchObject({ kind: 'download', retryable: true });
		expect(check.problem?.message).toMatch(/^What was downloaded is not a whole GLB model: /);
		expect(check.findProblemAtEnd()).toBe(check.problem);
	});

	it.each([
		['nothing', []],
		['only empty chunks', [Buffer.alloc(0), Buffer.alloc(0)]],
		['a word', [Buffer.from('Gone')]],
	])('refuses %s at the end', (_what, chunks) => {
		const check = new GlbCheck();
		for (const chunk of chunks) check.take(chunk);
		expect(check.findProblemAtEnd()).toMatchObject({ kind: 'download', retryable: true });
	});

	it.each([MODEL.length - 1, MODEL.length + 1, 0])(
		'refuses a Content-Length of %i that the header does not agree with',
		(contentLength) => {
			const problem = findProblem(new GlbCheck(), [MODEL], String(contentLength));
			expect(problem).toMatchObject({ kind: 'download', retryable: true });
			expect(problem?.message).toContain(`${MODEL.length} bytes, its server ${contentLength}`);
		},
	);

	it.each([undefined, '', 'chunked', '-5', '1e3', '12abc'])(
		'does without a Content-Length of "%s"',
		(contentLength) => {
			expect(findProblem(new GlbCheck(), [MODEL], contentLength)).toBeUndefined();
		},
	);

	describe('with a limit', () => {
		const LARGE = 'larger than the';

		it('passes a model of exactly the limit', () => {
			expect(findProblem(new GlbCheck(MODEL.length), [MODEL], String(MODEL.length))).toBeUndefined();
		});

		it('refuses by Content-Length, before a byte has come, and does not try again', () => {
			const check = new GlbCheck(3 * 1024 * 1024);
			expect(() => check.expectLength('10485760')).toThrow(RangeError);
			expect(check.received).toBe(0);
			expect(check.problem).toMatchObject({ kind: 'download', retryable: false });
			expect(check.problem?.message).toBe(
				'The model is larger than the 3 MB that the option Max Model Size allows (10.0 MB)',
			);
		});

		it('refuses by the length in the header, before the rest has come', () => {
			const check = new GlbCheck(MODEL.length - 1);
			expect(() => check.take(MODEL.subarray(0, 20))).toThrow(LARGE);
			expect(check.problem?.retryable).toBe(false);
		});

		it('refuses by what has come, whatever was declared', () => {
			const check = new GlbCheck(10);
			check.take(Buffer.from('glTF'));
			expect(() => check.take(Buffer.alloc(7))).toThrow(LARGE);
		});
	});

	it('throws nothing but its own RangeError, and calls nothing whole that is not, whatever comes', () => {
		const chunk = fc.oneof(
			fc.uint8Array({ maxLength: 40 }),
			fc.constantFrom(MODEL, MODEL.subarray(0, 12), MODEL.subarray(12), Buffer.from('glTF')),
		);
		const contentLength = fc.option(fc.oneof(fc.string(), fc.nat(500).map(String)), { nil: undefined });
		const limit = fc.option(fc.nat(500), { nil: undefined });
		fc.assert(
			fc.property(fc.array(chunk, { maxLength: 8 }), contentLength, limit, (chunks, length, maxBytes) => {
				const buffers = chunks.map((bytes) => Buffer.from(bytes));
				const problem = findProblem(new GlbCheck(maxBytes), buffers, length);
				const isWhole = Buffer.concat(buffers).equals(MODEL);
				return problem === undefined ? isWhole : problem.message !== '';
			}),
			{ numRuns: 1_000 },
		);
	});
});
