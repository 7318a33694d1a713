/** Builds and packs the package as it would be published, unless these very sources were packed before. */
import {
	cpSync,
	existsSync,
	mkdirSync,
	readFileSync,
	readdirSync,
	renameSync,
	rmSync,
	statSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, shortHash } from '../process/cacheFolder';
import { withLock } from '../process/fileLock';
import { runNpm } from '../process/runNpm';

/** All that the tarball's content depends on. */
const SOURCES = [
	'glb',
	'nodes',
	'credentials',
	'package.json',
	'package-lock.json',
	'tsconfig.json',
	'tsconfig.build.json',
	'gulpfile.js',
	'index.js',
	'README.md',
	'LICENSE.md',
];

/** Returns the path of a tarball of the package in `root`; building it takes some ten seconds. */
export async function packPackage(root: string, onWait: () => void = () => undefined): Promise<string> {
	const folder = cacheFolder('packs');
	const tarball = join(folder, `n8n-nodes-image3d-${hashSources(root)}.tgz`);
	if (existsSync(tarball)) return tarball;
	// Two builds in one clone would empty each other's dist.
	await withLock(join(folder, `${shortHash(root)}.lock`), onWait, async () => {
		if (existsSync(tarball)) return;
		await runNpm(['run', 'build'], { cwd: root });
		const drop = join(folder, `${shortHash(root)}-${process.pid}`);
		mkdirSync(drop, { recursive: true });
		await runNpm(['pack', '--pack-destination', drop], { cwd: root });
		const packed = readdirSync(drop).find((name) => name.endsWith('.tgz'));
		if (!packed) throw new Error('npm pack made no tarball');
		cpSync(join(drop, packed), `${tarball}.part`);
		renameSync(`${tarball}.part`, tarball);
		rmSync(drop, { recursive: true });
	});
	return tarball;
}

function hashSources(root: string): string {
	const contents: Array<string | Buffer> = [];
	const add = (path: string) => {
		const full = join(root, path);
		if (!existsSync(full)) return;
		if (statSync(full).isDirectory()) {
			for (const name of readdirSync(full).sort()) add(join(path, name));
		} else {
			contents.push(path, readFileSync(full));
		}
	};
	SOURCES.forEach(add);
	return shortHash(...contents);
}
