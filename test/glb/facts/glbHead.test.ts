import * as fc from '../../../harness/fuzz';
import { parseGlbHeader, readGlbJson } from '../../../glb/facts';
import { MODEL_LIMITS } from '../../../glb/facts/factsLimits';
import { cubePrimitive, newDocument, rawGlb, readerOf, toGlb } from '../../../harness/glb/buildGlb';

async function cubeGlb(): Promise<Uint8Array> {
	const { document, scene } = newDocument();
	scene.addChild(document.createNode().setMesh(document.createMesh().addPrimitive(cubePrimitive(document))));
	return toGlb(document);
}

describe('parseGlbHeader', () => {
	it('reads the lengths of a real file', async () => {
		const glb = await cubeGlb();
		expect(parseGlbHeader(glb)).toEqual({
			ok: true,
			version: 2,
			declaredLength: glb.length,
			jsonOffset: 20,
			jsonLength: Buffer.from(glb).readUInt32LE(12),
		});
	});

	it.each([
		['nothing', '', 'The model file is empty.'],
		['an HTML page', '\n<!DOCTYPE html><title>Sign in', 'web page'],
		['an XML error of an object store', '<?xml version="1.0"?><Error><Code>AccessDenied', 'web page or XML'],
		['a JSON error', '{"error":"expired"}', 'it is JSON'],
		['a ZIP archive', 'PK\x03\x04', 'ZIP'],
		['gzip', '\x1f\x8b\x08', 'gzip'],
		['FBX', 'Kaydara FBX Binary  \0', 'FBX'],
		['blanks', '  \n', 'only spaces'],
		['STL as text', 'solid cube\n', 'STL'],
		['OBJ', '# Blender 4.2\n# www.blender.org\nmtllib chair.mtl\no Chair\n', 'OBJ'],
		['a PDF', '%PDF-1.7\n', 'PDF'],
		['a PNG', '\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR', 'picture'],
		['a photo', '\xff\xd8\xff\xe0\0\x10JFIF\0', 'picture'],
		['other bytes', 'hello', 'does not begin with "glTF"'],
		['a header that is cut', 'glTF\x02\0\0\0', 'ends after 8 bytes'],
	])('names %s', (_, text, sentence) => {
		const result = parseGlbHeader(Buffer.from(text, 'latin1'));
		expect(result).toEqual({ ok: false, reason: expect.stringContaining(sentence) });
	});

	it.each([
		['version 1', (bytes: Buffer) => bytes.writeUInt32LE(1, 4), 'version 1'],
		['another first chunk', (bytes: Buffer) => bytes.writeUInt32LE(0x004e4942, 16), 'first chunk'],
		['a description longer than the file', (bytes: Buffer) => bytes.writeUInt32LE(1e9, 12), 'does not fit'],
		['an empty description', (bytes: Buffer) => bytes.writeUInt32LE(0, 12), 'does not fit'],
	])('refuses %s', async (_, damage, sentence) => {
		const glb = Buffer.from(await cubeGlb());
		damage(glb);
		expect(parseGlbHeader(glb)).toEqual({ ok: false, reason: expect.stringContaining(sentence) });
	});
});

const tooLarge = (sentence: string) => ({
	ok: false,
	isTooLarge: true,
	reason: expect.stringContaining(sentence),
});

describe('readGlbJson', () => {
	it('reads a description with one small read, however large the file is', async () => {
		const glb = rawGlb({ asset: { version: '2.0' } }, new Uint8Array(4_000_000));
		const { read, calls } = readerOf(glb);
		const result = await readGlbJson(read, glb.length);
		expect(result).toMatchObject({ ok: true, gltf: { asset: { version: '2.0' } } });
		expect(calls).toEqual([[0, MODEL_LIMITS.firstReadBytes]]);
	});

	it('reads the rest of a long description with a second read, and not a byte of the binary', async () => {
		const json = { asset: { version: '2.0', copyright: 'ä'.repeat(90_000) } };
		const glb = rawGlb(json, new Uint8Array(1000));
		const { read, calls } = readerOf(glb);
		expect(await readGlbJson(read, glb.length)).toMatchObject({ ok: true, gltf: json });
		const jsonEnd = 20 + Buffer.from(glb).readUInt32LE(12);
		expect(calls).toEqual([
			[0, 65536],
			[65536, jsonEnd - 65536],
		]);
	});

	it('asks a small file for no more than it has', async () => {
		const glb = rawGlb({ asset: { version: '2.0' } });
		const { read, calls } = readerOf(glb);
		await readGlbJson(read, glb.length);
		expect(calls).toEqual([[0, glb.length]]);
	});

	it('refuses a download that was cut short, by the stored size', async () => {
		const glb = (await cubeGlb()).subarray(0, 1500);
		const result = await readGlbJson(readerOf(glb).read, glb.length);
		expect(result).toEqual({ ok: false, reason: expect.stringMatching(/cut short: 1500 of \d+ bytes/) });
	});

	it('refuses a description that ends early when the size is not known', async () => {
		const glb = rawGlb({ asset: { version: '2.0', copyright: 'x'.repeat(200_000) } }).subarray(0, 70_000);
		const result = await readGlbJson(readerOf(glb).read);
		expect(result).toEqual({ ok: false, reason: expect.stringContaining('ends after 69980 of') });
	});

	it('refuses a description above the limit without reading it', async () => {
		const glb = Buffer.from(rawGlb({ asset: { version: '2.0' } }));
		glb.writeUInt32LE(0xffffffff, 8);
		glb.writeUInt32LE(MODEL_LIMITS.maxJsonBytes + 4, 12);
		const { read, calls } = readerOf(glb);
		expect(await readGlbJson(read)).toEqual(
			tooLarge('2,000,004 bytes of description; up to 2,000,000 are read'),
		);
		expect(calls).toHaveLength(1);
	});

	it('reads a longer one where it is asked to', async () => {
		const glb = rawGlb({ asset: { version: '2.0', copyright: 'x'.repeat(MODEL_LIMITS.maxJsonBytes) } });
		const { read } = readerOf(glb);
		expect(await readGlbJson(read, glb.length)).toMatchObject({ ok: false, isTooLarge: true });
		expect(await readGlbJson(read, glb.length, MODEL_LIMITS.maxAskedJsonBytes)).toMatchObject({ ok: true });
	});

	it.each([
		['of more parts than are parsed', { extras: Array(300_001).fill(0) }, 'values in its description'],
		['of more nodes than are walked', { nodes: Array(50_001).fill({}) }, '50,001 nodes'],
		[
			'of more primitives than are counted, in many meshes',
			{ meshes: Array(26).fill({ primitives: Array(2000).fill({}) }) },
			'52,000 parts of meshes',
		],
	])('refuses a description %s, and does not call it damaged', async (_, parts, sentence) => {
		const glb = rawGlb({ asset: { version: '2.0' }, ...parts });
		expect(await readGlbJson(readerOf(glb).read, glb.length)).toEqual(tooLarge(sentence));
	});

	it.each([
		['broken JSON', '{"asset":{"version":"2.0"},', 'damaged'],
		['a list', '[1,2,3]', 'not an object'],
		['glTF 1.0', '{"asset":{"version":"1.0"}}', 'version 1.0'],
		['no version', '{"asset":{}}', 'version none'],
		['a number for the asset', '{"asset":7}', 'version none'],
		['a version that is no text', '{"asset":{"version":{"toString":1}}}', 'version none'],
		[
			'a version of a page',
			`{"asset":{"version":"${'1'.repeat(5000)}"}}`,
			'version 1111111111111111111…; only',
		],
		['a web page', '<html>secret</html>', 'is damaged: it is not JSON in UTF-8.'],
	])('says what is wrong with %s', async (_, json, sentence) => {
		const glb = rawGlb(json);
		expect(await readGlbJson(readerOf(glb).read, glb.length)).toEqual({
			ok: false,
			reason: expect.stringContaining(sentence),
		});
	});

	it('says so when the description is not UTF-8', async () => {
		const glb = Buffer.from(rawGlb({ asset: { version: '2.0', generator: 'ABC' } }));
		glb[glb.indexOf('ABC')] = 0xff;
		expect(await readGlbJson(readerOf(glb).read)).toMatchObject({ ok: false });
	});

	it('answers with data for any bytes at all', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, withMagic) => {
				if (withMagic) bytes.set(Buffer.from('glTF\x02\0\0\0').subarray(0, bytes.length));
				const result = await readGlbJson(readerOf(bytes).read, bytes.length);
				expect(result.ok || result.reason.endsWith('.') || result.reason.length > 20).toBe(true);
			}),
		);
	});
});
