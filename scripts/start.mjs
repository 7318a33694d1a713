/** The entry of `npm start`: runs on a bare clone, then hands over to `start.ts` in the same process. */
import { createRequire } from 'node:module';
import { prepare } from './prepare.mjs';

await prepare();
const require = createRequire(import.meta.url);
// In the same process, so that Ctrl-C and exit codes have nothing to pass through.
require('tsx/cjs/api').register();
require('./start.ts');
