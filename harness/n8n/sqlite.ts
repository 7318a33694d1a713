/**
 * n8n's SQLite driver without a compiler: a binary of the same driver that npm ships for every platform, put where the
 * driver looks for its own. It speaks Node-API, so that it fits every Node.js; where it does not run, it is compiled.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, shortHash } from '../process/cacheFolder';
import { withLock } from '../process/fileLock';
import { runNpm } from '../process/runNpm';
import { runProgram } from '../process/processes';

const MANIFEST_FOLDER = join(__dirname, 'sqlite');
const PACKAGE = join('node_modules', '@appthreat', 'sqlite3', 'prebuilds');
/** What n8n asks of the driver at its start, and nothing on the disk. */
const TRIAL = `
	const { Database } = require('sqlite3');
	const database = new Database(':memory:', (error) => {
		if (error) throw error;
		database.get("select json_extract(?, '$.a') as a", ['{"a":42}'], (failure, row) => {
			process.exitCode = !failure && row.a === 42 ? 0 : 1;
			database.close();
		});
	});
`;

/** Returns the folder of the binaries, or nothing where npm does not hand them out. */
export async function fetchSqlite(): Promise<string | undefined> {
	const files = ['package.json', 'package-lock.json', '.npmrc'];
	const folder = cacheFolder(
		`sqlite-${shortHash(...files.map((name) => readFileSync(join(MANIFEST_FOLDER, name))))}`,
	);
	const prebuilds = join(folder, PACKAGE);
	try {
		await withLock(
			`${folder}.lock`,
			() => undefined,
			async () => {
				if (existsSync(join(folder, 'node_modules', '.package-lock.json'))) return;
				mkdirSync(folder, { recursive: true });
				for (const name of files) copyFileSync(join(MANIFEST_FOLDER, name), join(folder, name));
				await runNpm(['ci', '--ignore-scripts', '--omit=optional', '--omit=peer'], { cwd: folder });
			},
		);
	} catch {
		return undefined;
	}
	return existsSync(prebuilds) ? prebuilds : undefined;
}

/** Returns whether n8n's driver works with the binary for this machine; leaves nothing behind when it does not. */
export async function putSqlite(folder: string, node: string, prebuilds: string): Promise<boolean> {
	const library = process.platform === 'linux' && isMusl() ? 'musl' : 'glibc';
	const binary = join(prebuilds, `${process.platform}-${process.arch}`, `@appthreat+sqlite3.${library}.node`);
	if (!existsSync(binary)) return false;
	const target = join(folder, 'node_modules', 'sqlite3', 'build', 'Release');
	mkdirSync(target, { recursive: true });
	copyFileSync(binary, join(target, 'node_sqlite3.node'));
	try {
		await runProgram(node, ['-e', TRIAL], { cwd: folder });
		return true;
	} catch {
		rmSync(target, { recursive: true, force: true });
		return false;
	}
}

function isMusl(): boolean {
	const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
	return header.glibcVersionRuntime === undefined;
}
