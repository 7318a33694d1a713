import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { buildSync, type BuildOptions } from 'esbuild';
import type * as Preview from '../../../glb/preview';
import { materialsScene } from '../../../harness/glb/scenes';
import { timing } from '../../../harness/glb/timing';

const { bundles } = jest.requireActual<{ bundles: Record<string, BuildOptions> }>('../../../gulpfile.js');

describe('the bundle that is published', () => {
	const [file] = buildSync({ ...bundles['glb/preview'], write: false }).outputFiles ?? [];
	const code = file.text;

	it('asks for no module', () => {
		expect(code).not.toMatch(/\brequire\s*\(|\bimport\s*\(|^import\b/m);
	});

	it('draws with nothing around it but the language, Buffer and TextDecoder', async () => {
		const module = { exports: {} as typeof Preview };
		const sandbox = createContext({ module, exports: module.exports, Buffer, TextDecoder });
		runInContext(code, sandbox);
		const preview = await module.exports.renderPreview(materialsScene(), { ...timing, size: 64 });
		expect(preview).toMatchObject({ ok: true, width: 64 });
	});

	it('carries the license of the library in it', () => {
		expect(code).toContain(readFileSync(`${__dirname}/../../../node_modules/pako/LICENSE`, 'utf8'));
	});
});
