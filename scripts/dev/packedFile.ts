/**
 * What a source file is in the installed package: a path in it and the content that goes there. One file at a time, so that
 * a change is there in well under a second; `npm run build` makes the same of all of them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { build, transform, type BuildOptions } from 'esbuild';

const { bundles } = require('../../gulpfile.js') as { bundles: Record<string, BuildOptions> };

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
	const bundle = Object.keys(bundles).find((door) => path.startsWith(`${door}/`));
	if (bundle) return await bundled(bundle);
	if (ASSET.test(path)) return { path: `dist/${path}`, content: contentOf(full) };
	if (!path.endsWith('.ts') || path.endsWith('.d.ts')) return undefined;
	const target = `dist/${path.replace(/\.ts$/, '.js')}`;
	const code = contentOf(full);
	if (code === undefined) return { path: target };
	const options = { loader: 'ts', format: 'cjs', target: 'es2022', sourcefile: basename(path) } as const;
	return { path: target, content: (await transform(code.toString(), options)).code };
}

function contentOf(path: string): Buffer | undefined {
	return existsSync(path) ? readFileSync(path) : undefined;
}

/** A folder that the build makes one file of. */
async function bundled(door: string): Promise<PackedFile> {
	const { outputFiles } = await build({ ...bundles[door], write: false, outfile: 'index.js' });
	const code = outputFiles[0].text;
	const names = code.match(/__export\(\w+, \{\n([^}]*)\}\);/)?.[1].match(/^\s*(\w+):/gm) ?? [];
	const list = names.map((name) => name.replace(/[\s:]/g, '')).join(', ');
	return { path: `dist/${door}/index.js`, content: `${code}0 && (module.exports = { ${list} });\n` };
}
