/** Puts a packed package where n8n looks for community packages. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from '../process/runNpm';

/** Content hash of the tarball that is installed, written last: an interrupted installation is made again. */
const MARKER = '.installed-tarball';

/**
 * Installs a tarball with npm in n8n's community folder under `userFolder`; does nothing when the same content
 * is there already. Returns whether it installed. n8n must be stopped: it reads the folder when it starts.
 */
export async function installCommunityPackage(userFolder: string, tarball: string): Promise<boolean> {
	const folder = communityFolder(userFolder);
	const marker = join(folder, MARKER);
	const content = createHash('sha256').update(readFileSync(tarball)).digest('hex');
	if (existsSync(marker) && readFileSync(marker, 'utf8') === content) return false;
	rmSync(marker, { force: true });
	mkdirSync(folder, { recursive: true });
	const manifest = join(folder, 'package.json');
	if (!existsSync(manifest)) writeFileSync(manifest, '{ "name": "installed-nodes", "private": true }\n');
	// As n8n itself does it: n8n-workflow is n8n's own, so the peer is not fetched and no script runs.
	const flags = [
		'--legacy-peer-deps',
		'--omit=peer',
		'--omit=dev',
		'--ignore-scripts',
		'--package-lock=false',
	];
	await runNpm(['install', tarball, ...flags, '--no-audit', '--no-fund'], { cwd: folder });
	writeFileSync(marker, content);
	return true;
}

/** Has the next installation happen even if the tarball is the same. */
export function forgetCommunityPackage(userFolder: string): void {
	rmSync(join(communityFolder(userFolder), MARKER), { force: true });
}

/** Where n8n keeps its community packages. */
export function communityFolder(userFolder: string): string {
	return join(userFolder, '.n8n', 'nodes');
}
