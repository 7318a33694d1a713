/**
 * The entry of `npm start`: runs on a bare clone, then hands over to `start.ts` in the same process. n8n's packages are
 * fetched while the project's own are.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import n8nDownload from '../harness/bare/n8nDownload.cjs';
import { readStartOptions } from '../harness/bare/startOptions.cjs';
import { checkNode, prepare } from './prepare.mjs';

checkNode();
const options = readStartOptions(process.argv.slice(2));
const manifest = join(dirname(fileURLToPath(import.meta.url)), '..', 'harness', 'n8n');
const download = n8nDownload.downloadIfMissing(manifest);
await prepare(download ? [download.arrivals] : []);
const require = createRequire(import.meta.url);
// In the same process, so that Ctrl-C and exit codes have nothing to pass through.
require('tsx/cjs/api').register();
require('./start.ts').start(options, download);
