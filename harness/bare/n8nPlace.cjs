/** Where the n8n that a manifest pins is installed, and whether it is whole. Runs on a bare clone. */
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { cacheFolder, shortHash } = require('./userCache.cjs');

const MARKER = '.complete';
const MANIFEST_FILES = ['package.json', 'package-lock.json', '.npmrc'];

/** Goes by the content of the manifest: another n8n, or another lockfile, has another folder. */
exports.n8nPlace = (manifestFolder) => {
	const files = MANIFEST_FILES.filter((name) => existsSync(join(manifestFolder, name)));
	const { dependencies } = JSON.parse(readFileSync(join(manifestFolder, 'package.json'), 'utf8'));
	const hash = shortHash(...files.map((name) => readFileSync(join(manifestFolder, name))));
	const folder = cacheFolder(`n8n-${dependencies.n8n}-${hash}`);
	return { version: dependencies.n8n, files, folder, marker: join(folder, MARKER) };
};

/** Whether it was installed to the end and none of its packages has been taken away since. */
exports.isWhole = ({ folder, marker }) => {
	if (!existsSync(marker)) return false;
	try {
		const noted = readFileSync(join(folder, 'node_modules', '.package-lock.json'), 'utf8');
		const paths = Object.keys(JSON.parse(noted).packages);
		const isThere = (path) => existsSync(join(folder, path, 'package.json'));
		return paths.length > 0 && paths.every(isThere) && existsSync(exports.nodeIn(folder));
	} catch {
		return false;
	}
};

/** n8n's own Node.js. */
exports.nodeIn = (folder) =>
	join(folder, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
