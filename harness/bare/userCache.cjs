/** Where everything that outlives one run is kept: one folder per user, shared by every clone. Runs on a bare clone. */
const { createHash } = require('node:crypto');
const { homedir } = require('node:os');
const { join } = require('node:path');

/** The project's folder inside the user's cache, by the platform's own convention. It may not exist yet. */
exports.cacheFolder = (...parts) => join(userCache(), 'n8n-nodes-image3d', ...parts);

function userCache() {
	if (process.env.XDG_CACHE_HOME) return process.env.XDG_CACHE_HOME;
	if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
	if (process.platform === 'win32') return process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
	return join(homedir(), '.cache');
}

/** A short name for content: the first 12 hexadecimal digits of its SHA-256. */
exports.shortHash = (...contents) => {
	const hash = createHash('sha256');
	for (const content of contents) hash.update(content).update('\0');
	return hash.digest('hex').slice(0, 12);
};
