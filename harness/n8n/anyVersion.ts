/** Installs any published n8n beside the pinned one, with the pinned one's Node.js. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installN8n, type N8nInstallation } from './install';

/** Older versions name a tarball on a host of its own, newer ones the same library on npm. */
const OVERRIDES = { xlsx: 'npm:@e965/xlsx@0.20.3' };

/**
 * Returns the installation of this version, such as `1.123.81`, and makes it first where it is missing: some 3 GB
 * each. The pinned one when left out. Throws when npm does not have the version or cannot install it.
 */
export async function installN8nVersion(version?: string): Promise<N8nInstallation> {
	const pinned = JSON.parse(readFileSync(join(__dirname, 'package.json'), 'utf8'));
	if (!version || version === pinned.dependencies.n8n) return await installN8n();
	// A range would be a folder that means something else every week.
	if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`"${version}" is not a version such as 1.123.81`);
	const folder = mkdtempSync(join(tmpdir(), 'image3d-n8n-'));
	try {
		const manifest = {
			...pinned,
			dependencies: { ...pinned.dependencies, n8n: version },
			overrides: { ...pinned.overrides, ...OVERRIDES },
		};
		writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, '\t')}\n`);
		copyFileSync(join(__dirname, '.npmrc'), join(folder, '.npmrc'));
		return await installN8n(folder);
	} finally {
		rmSync(folder, { recursive: true });
	}
}
