import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from '../../../harness/fuzz';
import { GlbCheck } from '../../../nodes/shared/core/delivery/glbStreamCheck';
import { fileOf } from '../../../sandbox/models/otherFormats';
import { rawGlb } from '../../../harness/glb/buildGlb';
import { OTHER_FORMATS } from '../../../harness/sandbox/otherFormatNames';
import { HTML_PAGE } from '../../../harness/simulation/replies';

const MODEL = Buffer.from(rawGlb({ asset: { version: '2.0' } }, new Uint8Array(40)));

/** Cuts a file into chunks at the given places. */
function cut(file: Buffer, places: number[]): Buffer[] {
	const edges = [0, ...[...places].sort((a, b) => a - b), file.length];
	return edges.slice(1).map((edge, index) => file.subarray(edges[index], edge));
}

/** Sends chunks through, as the download does; what was thrown, or else what is wrong at the end. */
function findProblem(check: GlbCheck, chunks: Buffer[]) {
	try {
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
				const problem = findProblem(new GlbCheck(), cut(MODEL, edges));
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

	it.each([1, 4, 4_096])('hands on the declared part alone of a file with %i bytes behind it', (bytes) => {
		const file = Buffer.concat([MODEL, Buffer.alloc(bytes, 7)]);
		const places = fc.array(fc.integer({ min: 0, max: file.length }), { maxLength: 12 });
		fc.assert(
			fc.property(places, (edges) => {
				const check = new GlbCheck();
				const kept = Buffer.concat(cut(file, edges).map((chunk) => check.take(chunk)));
				expect(kept.equals(MODEL)).toBe(true);
				expect(check.isPadded).toBe(true);
				return check.findProblemAtEnd() === undefined;
			}),
			{ numRuns: 200 },
		);
	});

	it('says of a file that ends with the model that nothing is behind it', () => {
		const check = new GlbCheck();
		check.take(MODEL);
		expect([check.isWhole, check.isPadded]).toEqual([true, false]);
	});

	it.each(OTHER_FORMATS)(
		'names %s as what it is, however it is cut, and does not have it fetched again',
		(format, name) => {
			const file = fileOf(format);
			for (const edges of [[], [1], [3, 25, 30], Array.from({ length: 40 }, (_, index) => index)]) {
				const problem = findProblem(new GlbCheck(), cut(file, edges));
				expect(problem).toMatchObject({ kind: 'download', retryable: false, isFinal: true });
				expect(problem?.message).toBe(`The link to the model leads to ${name}, not to a GLB model`);
				expect(problem?.hint).toContain('model_url');
			}
		},
	);

	it.each([
		['a JPEG picture', 'coffee-cup.jpg'],
		['a PNG picture', 'gramophone.png'],
		['a WebP picture', 'tennis-shoes.webp'],
	])('names %s as what it is', (name, file) => {
		const picture = readFileSync(join(__dirname, '../../../templates/pictures', file));
		const problem = findProblem(new GlbCheck(), cut(picture, [1, 100]));
		expect(problem).toMatchObject({ kind: 'download', retryable: false, isFinal: true });
		expect(problem?.message).toBe(`The link to the model leads to ${name}, not to a GLB model`);
	});

	it.each([
		['a web page', Buffer.from(HTML_PAGE)],
		['JSON', Buffer.from('{"error": "expired", "code": 403}')],
		['a damaged head', Buffer.concat([MODEL.subarray(0, 16), Buffer.from('XXXX'), MODEL.subarray(20)])],
		['version 1', Buffer.concat([MODEL.subarray(0, 4), Buffer.from([1, 0, 0, 0]), MODEL.subarray(8)])],
	])('refuses %s at its first bytes', (_what, file) => {
		const check = new GlbCheck();
		expect(() => check.take(Buffer.concat([file, Buffer.alloc(512, ' ')]))).toThrow(RangeError);
		expect(check.problem).toMatchObject({ kind: 'download', retryable: true });
		expect(check.problem?.message).toMatch(/^What was downloaded is not a whole GLB model: /);
		expect(check.findProblemAtEnd()).toBe(check.problem);
	});

	/** The head of a ZIP whose first entry has this name. */
	const zipOf = (name: string) => {
		const head = Buffer.alloc(30 + name.length);
		head.write('PK\x03\x04', 'latin1');
		head.writeUInt16LE(name.length, 26);
		head.write(name, 30);
		return head;
	};

	it.each([
		['an empty ZIP archive', Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)])],
		['a ZIP archive', zipOf('chair.glb')],
		['a 3MF file', zipOf('[Content_Types].xml')],
		['a 3MF file', zipOf('3D/3dmodel.model')],
		['a USDZ file', zipOf('scene.usdc')],
	])('says that it is %s', (what, file) => {
		const problem = findProblem(new GlbCheck(), [Buffer.concat([file, Buffer.alloc(512)])]);
		expect(problem?.message).toContain(what);
		expect(problem?.retryable).toBe(false);
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

	describe('with a limit', () => {
		const LARGE = 'larger than the';

		it('passes a model of exactly the limit', () => {
			expect(findProblem(new GlbCheck(MODEL.length), [MODEL])).toBeUndefined();
		});

		it('says how large it is and what is allowed', () => {
			const large = Buffer.from(MODEL);
			large.writeUInt32LE(10 * 1024 * 1024, 8);
			const problem = findProblem(new GlbCheck(3 * 1024 * 1024), [large.subarray(0, 20)]);
			expect(problem?.message).toBe(
				'The model is larger than the 3 MB that the option Max Model Size allows (10 MB)',
			);
		});

		it('passes a smaller model with any number of bytes behind it', () => {
			const file = Buffer.concat([MODEL, Buffer.alloc(4_096)]);
			expect(findProblem(new GlbCheck(MODEL.length), [file])).toBeUndefined();
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
		const limit = fc.option(fc.nat(500), { nil: undefined });
		fc.assert(
			fc.property(fc.array(chunk, { maxLength: 8 }), limit, (chunks, maxBytes) => {
				const buffers = chunks.map((bytes) => Buffer.from(bytes));
				const problem = findProblem(new GlbCheck(maxBytes), buffers);
				const isWhole = Buffer.concat(buffers).subarray(0, MODEL.length).equals(MODEL);
				return problem === undefined ? isWhole : problem.message !== '';
			}),
			{ numRuns: 1_000 },
		);
	});
});
