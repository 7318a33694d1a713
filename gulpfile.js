/** What the build does after tsc: copies the files that n8n reads beside the code, and bundles the picture maker. */
const { build } = require('esbuild');
const { readFileSync } = require('node:fs');
const { readdir, rm } = require('node:fs/promises');
const path = require('node:path');
const { dest, parallel, src } = require('gulp');

const PREVIEW = 'glb/preview';

/** Icons, codex files and output schemas, at the paths they have in the sources. */
function copyAssets() {
	const kinds = ['**/*.{svg,png}', '**/*.node.json', '**/__schema__/**/*.json'];
	const globs = ['nodes', 'credentials'].flatMap((folder) => kinds.map((kind) => `${folder}/${kind}`));
	// Without `encoding: false` gulp would rewrite the bytes of a PNG as text.
	return src(globs, { base: '.', encoding: false, allowEmpty: true }).pipe(dest('dist'));
}

/**
 * An installed package has no dependencies, so the libraries behind the picture become part of it. With
 * `platform: 'neutral'` the build fails when one of them asks for a module of Node.js.
 */
const previewBundle = {
	entryPoints: [path.join(__dirname, PREVIEW, 'index.ts')],
	bundle: true,
	format: 'cjs',
	platform: 'neutral',
	mainFields: ['module', 'main'],
	target: 'es2022',
	// Tells Node.js which names an `import()` of the bundle has.
	footer: { js: '0 && (module.exports = { PREVIEW_LIMITS, renderPreview, renderTurntable });' },
	banner: {
		js: `/*\nContains pako:\n\n${readFileSync(path.join(__dirname, 'node_modules/pako/LICENSE'), 'utf8')}*/`,
	},
};

/** Puts one readable file in place of the compiled folder. */
async function bundlePreview() {
	const folder = path.join('dist', PREVIEW);
	await build({ ...previewBundle, outfile: path.join(folder, 'index.js'), allowOverwrite: true });
	const kept = ['index.js', 'index.d.ts'];
	const compiled = await readdir(folder);
	await Promise.all(
		compiled
			.filter((name) => !kept.includes(name))
			.map((name) => rm(path.join(folder, name), { recursive: true })),
	);
}

exports.default = parallel(copyAssets, bundlePreview);
exports.previewBundle = previewBundle;
