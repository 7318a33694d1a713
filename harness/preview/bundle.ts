/** The picture maker as it is published: the build's own bundle, in a file of its own. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import type * as Preview from '../../glb/preview';

const { bundles } = createRequire(__filename)('../../gulpfile.js') as {
	bundles: Record<string, BuildOptions>;
};

/** Builds the bundle into a folder and returns its path. */
export async function bundlePreview(folder: string): Promise<string> {
	const outfile = join(folder, 'preview.cjs');
	await build({ ...bundles['glb/preview'], outfile });
	return outfile;
}

export function loadBundle(path: string): typeof Preview {
	return createRequire(__filename)(path) as typeof Preview;
}
