import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { EMBEDDING_LIMITS, VIEWER, buildPage } from '../../../glb/operations/buildPage';

const box = readFileSync(path.resolve(__dirname, '../../../harness/glb/corpus/glb/BoxTextured.glb'));
const viewerFolder = path.resolve(__dirname, '../../../glb/node_modules/@google/model-viewer');

function pageOf(options: Partial<Parameters<typeof buildPage>[0]>): string {
	const page = buildPage({ title: 'A red chair', model: 'https://cdn.example/chair.glb', ...options });
	if (!page.ok) throw new Error(page.reason);
	return page.html;
}

/** The start of a GLB of so many bytes, and nothing of it. */
function glbOf(bytes: number): Buffer {
	const glb = Buffer.alloc(bytes, 7);
	box.copy(glb, 0, 0, 20);
	glb.writeUInt32LE(bytes, 8);
	glb.writeUInt32LE(4, 12);
	return glb;
}

describe('buildPage', () => {
	it('pins the viewer to the bytes of the published version', () => {
		const { version } = JSON.parse(readFileSync(path.join(viewerFolder, 'package.json'), 'utf8')) as {
			version: string;
		};
		const script = readFileSync(path.join(viewerFolder, 'dist/model-viewer.min.js'));
		expect(VIEWER).toMatchObject({
			version,
			url: `https://cdn.jsdelivr.net/npm/@google/model-viewer@${version}/dist/model-viewer.min.js`,
			integrity: `sha384-${createHash('sha384').update(script).digest('base64')}`,
		});
	});

	it('links the model, and a USDZ where there is one', () => {
		const html = pageOf({ usdzUrl: 'https://cdn.example/chair.usdz?a=1&b=2', arScale: 'fixed' });
		expect(html).toContain('src="https://cdn.example/chair.glb"');
		expect(html).toContain('ios-src="https://cdn.example/chair.usdz?a=1&amp;b=2"');
		expect(html).toContain('ar-scale="fixed"');
		expect(pageOf({})).not.toContain('ios-src');
	});

	it('carries a file and its picture in itself', () => {
		const html = pageOf({ model: box, poster: Buffer.from('png') });
		expect(html).toContain(`src="data:model/gltf-binary;base64,${box.toString('base64')}"`);
		expect(html).toContain('poster="data:image/png;base64,cG5n"');
	});

	it('writes a title with markup as text, in the tab and for a screen reader', () => {
		const html = pageOf({ title: '"><script>alert(1)</script>' });
		expect(html).not.toContain('<script>alert');
		expect(html).toContain('<title>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</title>');
		expect(html).toContain('alt="&quot;&gt;&lt;script&gt;');
	});

	it.each([
		['a web page', Buffer.from('<!doctype html><title>Expired</title>'), 'it is a web page or XML'],
		['half of a model', box.subarray(0, box.length / 2), 'The model file is cut short'],
		['nothing', Buffer.alloc(0), 'The model file is empty.'],
	])('makes no empty page of %s', (_what, model, because) => {
		const page = buildPage({ title: '', model });
		expect(page).toMatchObject({ ok: false, reason: expect.stringContaining(because) });
	});

	it('gives the model a name where none was filled in', () => {
		expect(pageOf({ title: ' ' })).toContain('<title>3D model</title>');
	});

	it.each(['javascript:alert(1)', 'chair.glb', 'data:text/html,x'])('refuses %s as a link', (model) => {
		expect(buildPage({ title: '', model })).toMatchObject({ ok: false });
	});

	it('is whole from its first word to its last around a model of any size', () => {
		const model = glbOf(2_000_000);
		const html = pageOf({ model, poster: Buffer.from('png') });
		expect(html).toContain(`src="data:model/gltf-binary;base64,${model.toString('base64')}"></model-viewer>`);
		expect(html.endsWith('</html>\n')).toBe(true);
	});

	it.each([
		['before a model that takes long to arrive', 2_000_000, true],
		['not before one that is there at once', 1_000, false],
	])('has its picture %s', (_when, bytes, isEarly) => {
		const html = pageOf({ model: glbOf(bytes), poster: Buffer.from('png') });
		expect(html.includes('<img id="early" src="data:image/png;base64,cG5n" alt="">')).toBe(isEarly);
		expect(html.includes('#early')).toBe(isEarly);
	});

	it('says how heavy a model makes the page, and how it gets lighter', () => {
		const { light } = EMBEDDING_LIMITS;
		expect(buildPage({ title: '', model: glbOf(light) })).not.toHaveProperty('hint');
		expect(buildPage({ title: '', model: glbOf(light + 1) })).toMatchObject({
			ok: true,
			hint: expect.stringMatching(/^The page has 21 MB, .* enter its link as Model URL, or .* Fit\.$/),
		});
		expect(buildPage({ title: '', model: 'https://cdn.example/chair.glb' })).not.toHaveProperty('hint');
	});

	it('refuses a model that would make it too heavy to open, and says what to do instead', () => {
		expect(buildPage({ title: '', model: glbOf(EMBEDDING_LIMITS.most + 1) })).toEqual({
			ok: false,
			reason: 'A model of 101 MB is too large to be part of a page: up to 100 MB work.',
			remedy: expect.stringContaining('enter its link as Model URL'),
		});
	});
});
