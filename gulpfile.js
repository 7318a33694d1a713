/** What the build does after tsc: copies the files that n8n reads beside the code, and bundles what works on models. */
const { build } = require('esbuild');
const { existsSync, readFileSync, statSync } = require('node:fs');
const { appendFile, readdir, rm, writeFile } = require('node:fs/promises');
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
		],
		[withoutUnusedModules],
	),
};

/** The one file in which all nodes and credentials are, below `dist`: 130 small files take n8n four times as long to load. */
const PACK = 'nodes/shared/pack.js';
/** Loaded on first use: what a node imports by its built name stays where it is. */
const withLazyDoors = {
	name: 'with-lazy-doors',
	setup({ onResolve }) {
		onResolve({ filter: /\/index\.js$/ }, ({ path: name, resolveDir, kind }) => {
			if (kind !== 'dynamic-import') return undefined;
			const door = path.relative(path.join(__dirname, path.dirname(PACK)), path.join(resolveDir, name));
			return { path: door.split(path.sep).join('/'), external: true };
		});
	},
};

/** Nodes and credentials as package.json names them: the source, the built file, and the class in it. */
function typesOfPack() {
	const { n8n } = JSON.parse(readFileSync(path.join(__dirname, 'package.json'), 'utf8'));
	return [...n8n.nodes, ...n8n.credentials].map((file) => ({
		source: `./${file.replace(/^dist\//, '').replace(/\.js$/, '.ts')}`,
		file,
		name: path.basename(file).split('.')[0],
	}));
}

/** How the nodes and credentials become that file. */
function packBundle() {
	const lines = typesOfPack().map(({ source, name }) => `export { ${name} } from '${source}';`);
	return {
		stdin: { contents: lines.join('\n'), resolveDir: __dirname, loader: 'ts' },
		bundle: true,
		format: 'cjs',
		platform: 'neutral',
		mainFields: ['module', 'main'],
		target: 'es2022',
		external: ['n8n-workflow', 'luxon', 'lodash', 'crypto'],
		plugins: [withLazyDoors],
	};
}

/** Puts the one file in place of the compiled ones, and one line that leads to it where n8n looks for each class. */
async function bundlePack() {
	const dist = path.resolve('dist');
	const outfile = path.join(dist, PACK);
	await build({ ...packBundle(), outfile, allowOverwrite: true });
	const types = typesOfPack();
	const kept = new Set([
		PACK,
		...types.map(({ file }) => path.relative('dist', file).split(path.sep).join('/')),
	]);
	for (const folder of ['nodes', 'credentials', 'glb/facts', 'glb/images', 'glb/timeSlicer.js']) {
		await removeCompiled(dist, folder, kept);
	}
	for (const { file, name } of types) {
		const door = path.posix.relative(path.posix.dirname(file), `dist/${PACK}`);
		const target = door.startsWith('.') ? door : `./${door}`;
		await writeFile(file, `exports.${name} = require('${target}').${name};\n`);
	}
}

/** Takes away what is compiled and not kept; icons, codex files and schemas stay. */
async function removeCompiled(dist, name, kept) {
	const full = path.join(dist, name);
	if (!existsSync(full)) return;
	if (statSync(full).isDirectory()) {
		for (const entry of await readdir(full)) await removeCompiled(dist, path.posix.join(name, entry), kept);
		if ((await readdir(full)).length === 0) await rm(full, { recursive: true });
	} else if (name.endsWith('.js') && !kept.has(name)) {
		await rm(full);
	}
}

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

exports.default = parallel(copyAssets, bundleDoors, bundlePack);
exports.bundles = bundles;
exports.packBundle = packBundle;
exports.PACK = PACK;
