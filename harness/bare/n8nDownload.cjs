/** Fetches the packages of an n8n, before or while anything else is installed. Runs on a bare clone. */
const { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } = require('node:fs');
const { join } = require('node:path');
const { installLocked, installTree } = require('./npm.cjs');
const { cacheFolder } = require('./userCache.cjs');
const { isWhole, n8nPlace } = require('./n8nPlace.cjs');

/** Fetches into a folder of this process's own; `moveTo` puts the packages where they belong. */
exports.downloadN8n = (manifestFolder) => {
	const place = n8nPlace(manifestFolder);
	const lockFile = join(manifestFolder, 'package-lock.json');
	const isLocked = existsSync(lockFile);
	const folder = cacheFolder(`arriving-${process.pid}-${Date.now()}`);
	const total = isLocked ? Object.keys(JSON.parse(readFileSync(lockFile, 'utf8')).packages).length - 1 : 0;
	const arrivals = { name: `n8n ${place.version}`, arrived: 0, total };
	const remove = () => rmSync(folder, { recursive: true, force: true });
	// Half a tree is of no use to anybody.
	process.once('exit', remove);
	const fetch = async () => {
		mkdirSync(folder, { recursive: true });
		for (const name of place.files) copyFileSync(join(manifestFolder, name), join(folder, name));
		const onArrival = () => (arrivals.arrived += 1);
		if (isLocked) await installLocked(lockFile, folder, onArrival);
		else await installTree(folder, ['install', '--ignore-scripts'], onArrival);
	};
	const done = fetch();
	// Whoever needs it hears of it then.
	done.catch(() => undefined);
	const moveTo = async (target) => {
		try {
			await done;
			rmSync(join(target, 'node_modules'), { recursive: true, force: true });
			renameSync(join(folder, 'node_modules'), join(target, 'node_modules'));
		} finally {
			remove();
			process.off('exit', remove);
		}
	};
	return { place, arrivals, done, moveTo };
};

/** The same, unless that n8n is there already. */
exports.downloadIfMissing = (manifestFolder) =>
	isWhole(n8nPlace(manifestFolder)) ? undefined : exports.downloadN8n(manifestFolder);
