/** A Redis that keeps nothing on disk. */
import { findFreePort } from '../../sandbox/ports';
import { findServerProgram } from './debianPackages';
import { asServer, makeFolder, startServer, type OwnServer } from './ownServer';

/** Starts it. Throws with one sentence when this machine has no Redis and none can be installed. */
export async function startRedis(): Promise<OwnServer> {
	const program = await findServerProgram('redis-server', 'redis-server');
	const port = await findFreePort();
	const folder = makeFolder('redis');
	const settings = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', ''];
	return await startServer(asServer([program, ...settings]), port, folder);
}
