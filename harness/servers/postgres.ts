/** A PostgreSQL with one empty database. */
import { join } from 'node:path';
import { findFreePort } from '../../sandbox/ports';
import { runProgram } from '../process/processes';
import { findServerProgram } from './debianPackages';
import { asServer, findAccount, makeFolder, startServer, type OwnServer } from './ownServer';

/** The name of the database and of its owner, who needs no password on loopback. */
export const DATABASE = 'postgres';
/** Nothing has to outlive a crash of this server. */
const FAST = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/** Starts it. Throws with one sentence when this machine has no PostgreSQL and none can be installed. */
export async function startPostgres(): Promise<OwnServer> {
	const initdb = await findServerProgram('initdb', 'postgresql');
	const postgres = await findServerProgram('postgres', 'postgresql');
	// PostgreSQL refuses to run as root.
	const account = process.getuid?.() === 0 ? findAccount('postgres', 'nobody') : undefined;
	const folder = makeFolder('postgres', account);
	const data = join(folder, 'data');
	const port = await findFreePort();
	const [command, ...args] = asServer(
		[initdb, '-D', data, '-U', DATABASE, '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
		account,
	);
	await runProgram(command, args, { cwd: folder, name: 'initdb' });
	const settings = [...FAST, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
	const flags = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
	return await startServer(asServer([postgres, ...flags], account), port, folder);
}
