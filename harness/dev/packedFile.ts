/**
 * What a source file becomes in the installed package: a path in it and the content that goes there. Only what it is part of
 * is built, so that a change is there in well under a second; `npm run build` makes the same of all of them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { build, type BuildOptions } from 'esbuild';

const { bundles, packBundle, PACK } = require('../../gulpfile.js') as {
	bundles: Record<string, BuildOptions>;
	packBundle: () => BuildOptions;
	PACK: string;
};

/** What the build copies as it is. */
const ASSET = /\.(svg|png)$|\.node\.json$|__schema__\/.*\.json$/;

export interface PackedFile {
	/** Below the package, with forward slashes. */
	path: string;
	/** Missing when the source is gone. */
	content?: string | Buffer;
}

/** Returns nothing for files that are not part of the package. Throws esbuild's message for one that does not parse. */
export async function packedFile(root: string, source: string): Promise<PackedFile | undefined> {
	const path = source.split(sep).join('/');
	const full = join(root, source);
	if (path === 'package.json') return { path, content: readFileSync(full) };
	if (ASSET.test(path)) return { path: `dist/${path}`, content: contentOf(full) };
	if (!path.endsWith('.ts') || path.endsWith('.d.ts')) return undefined;
	const door = Object.keys(bundles).find((folder) => path.startsWith(`${folder}/`));
	if (door) return { path: `dist/${door}/index.js`, content: await bundle(bundles[door]) };
	return { path: `dist/${PACK}`, content: await bundle(packBundle()) };
}

function contentOf(path: string): Buffer | undefined {
	return existsSync(path) ? readFileSync(path) : undefined;
}

async function bundle(options: BuildOptions): Promise<string> {
	const { outputFiles } = await build({ ...options, write: false, outfile: 'index.js', logLevel: 'silent' });
	return outputFiles![0].text;
}
