/** What the build does after tsc: copies the files that n8n reads beside the code, and bundles what works on models. */
const { build } = require('esbuild');
const { existsSync, readFileSync } = require('node:fs');
const { appendFile, readdir, rm } = require('node:fs/promises');
const path = require('node:path');
const { dest, parallel, src } = require('gulp');

/** Icons, codex files and output schemas, at the paths they have in the sources. */
function copyAssets() {
	const kinds = ['**/*.{svg,png}', '**/*.node.json', '**/__schema__/**/*.json'];
	const globs = ['nodes', 'credentials'].flatMap((folder) => kinds.map((kind) => `${folder}/${kind}`));
	// Without `encoding: false` gulp would rewrite the bytes of a PNG as text.
	return src(globs, { base: '.', encoding: false, allowEmpty: true }).pipe(dest('dist'));
}

/** The licence of a library that becomes part of the package. */
function licenceOf(library) {
	const folder = path.join(__dirname, 'node_modules', library);
	const file = ['LICENSE', 'LICENSE.md'].find((name) => existsSync(path.join(folder, name)));
	return `Contains ${library}:\n\n${readFileSync(path.join(folder, file), 'utf8')}`;
}

/** Modules that the libraries ask for in parts of theirs that are not used here. */
const UNUSED_MODULES = /^(node:.*|ndarray|ndarray-lanczos|ndarray-pixels)$/;

/** Puts a module that exports nothing in their place: whoever came to use one would fail at the build's own test. */
const withoutUnusedModules = {
	name: 'without-unused-modules',
	setup({ onResolve, onLoad }) {
		onResolve({ filter: UNUSED_MODULES }, ({ path: name }) => ({ path: name, namespace: 'unused' }));
		onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
	},
};

/**
 * How a door of `glb/` becomes one file. An installed package has no dependencies, so the libraries behind it become part
 * of it. With `platform: 'neutral'` the build fails when one of them asks for a module of Node.js.
 */
function bundleOf(door, libraries, plugins = []) {
	return {
		entryPoints: [path.join(__dirname, door, 'index.ts')],
		bundle: true,
		format: 'cjs',
		platform: 'neutral',
		mainFields: ['module', 'main'],
		conditions: ['import'],
		target: 'es2022',
		drop: ['console'],
		plugins,
		banner: { js: `/*\n${libraries.map(licenceOf).join('\n\n')}*/` },
	};
}

const bundles = {
	'glb/preview': bundleOf('glb/preview', ['pako']),
	'glb/operations': bundleOf(
		'glb/operations',
		[
			'@gltf-transform/core',
			'@gltf-transform/extensions',
			'@gltf-transform/functions',
			'meshoptimizer',
			'pako',
			'fflate',
		],
		[withoutUnusedModules],
	),
};

/** Puts one readable file in place of each compiled folder. */
async function bundleDoors() {
	for (const [door, bundle] of Object.entries(bundles)) {
		const folder = path.join('dist', door);
		const outfile = path.resolve(folder, 'index.js');
		await build({ ...bundle, outfile, allowOverwrite: true });
		// Tells Node.js which names an `import()` of the bundle has.
		await appendFile(outfile, `0 && (module.exports = { ${Object.keys(require(outfile)).join(', ')} });\n`);
		const kept = ['index.js', 'index.d.ts'];
		const compiled = await readdir(folder);
		await Promise.all(
			compiled
				.filter((name) => !kept.includes(name))
				.map((name) => rm(path.join(folder, name), { recursive: true })),
		);
	}
}

exports.default = parallel(copyAssets, bundleDoors);
exports.bundles = bundles;
