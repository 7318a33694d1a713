/** Where everything that outlives one run is kept; in plain JavaScript, because a bare clone needs it too. */
export { cacheFolder, shortHash } from '../bare/userCache.cjs';
