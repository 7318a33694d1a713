/** Fetches the packages of an n8n, before or while anything else is installed. Runs on a bare clone. */
const { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } = require('node:fs');
const { join } = require('node:path');
const { copyWithAddresses, installTree } = require('./npm.cjs');
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
		if (isLocked) await copyWithAddresses(lockFile, join(folder, 'package-lock.json'));
		const onArrival = () => (arrivals.arrived += 1);
		const command = isLocked ? 'ci' : 'install';
		await installTree(folder, [command, '--ignore-scripts'], onArrival).catch(async (error) => {
			// A registry may keep its packages under other addresses than npm's own.
			if (!isLocked || !/\bE(404|403)\b/.test(error.message)) throw error;
			copyFileSync(lockFile, join(folder, 'package-lock.json'));
			await installTree(folder, ['ci', '--ignore-scripts'], onArrival);
		});
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
