/** n8n in queue mode: one main and two workers, as on three machines that share a Redis, a PostgreSQL and a key. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { N8nClient } from '../n8n/client';
import { startN8n, type N8nHost } from '../n8n/host';
import { installN8n } from '../n8n/install';
import { stopAllPrograms } from '../process/processes';
import { DATABASE, startPostgres } from '../servers/postgres';
import { startRedis } from '../servers/redis';
import { packPackage } from '../start/packPackage';
import { startSandbox, type RunningSandbox, type SandboxOptions } from '../start/startSandbox';
import type { OwnServer } from '../servers/ownServer';
import { OWNER, ROOT } from './stage';
import { Worker } from './queueWorker';

/**
 * How soon n8n notices a dead worker: it renews its claim on a job every two seconds, and a job whose claim is 15 seconds
 * old is given up. n8n's own times are 10 and 60 seconds, with a look every 30.
 */
const SOON = {
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_LOCK_DURATION: '15000',
	QUEUE_WORKER_STALLED_INTERVAL: '5000',
};

export interface Cluster {
	n8n: N8nHost;
	workers: Worker[];
	sandbox: RunningSandbox;
	client: N8nClient;
	/** Ends everything and removes its folders. */
	close(): Promise<void>;
}

/** Starts all of it for one suite, each process with a folder of its own. Throws after cleaning up. */
export async function openCluster({ speed }: Pick<SandboxOptions, 'speed'>): Promise<Cluster> {
	const folder = mkdtempSync(join(tmpdir(), 'image3d-cluster-'));
	const servers: OwnServer[] = [];
	const close = async () => {
		await stopAllPrograms();
		await Promise.all(servers.map(async (server) => await server.stop()));
		rmSync(folder, { recursive: true, force: true });
	};
	const keep = async (starting: Promise<OwnServer>) => {
		const server = await starting;
		servers.push(server);
		return server;
	};
	try {
		// One after the other: both may have to be installed.
		const redis = await keep(startRedis());
		const postgres = await keep(startPostgres());
		const [installation, tarball] = [await installN8n(), await packPackage(ROOT)];
		const env = environment(redis, postgres);
		const folderOf = (name: string) => {
			mkdirSync(join(folder, name));
			return join(folder, name);
		};
		const settings = { tarball, installation, env };
		const workers = ['first', 'second'].map(
			(name) => new Worker({ userFolder: folderOf(`${name}-worker`), ...settings }),
		);
		const starting = [
			startSandbox(ROOT, { speed }),
			startN8n({ userFolder: folderOf('main'), ...settings }),
			Promise.all(workers.map(async (worker) => await worker.start())),
		] as const;
		// What fails first does not leave the others starting unseen.
		await Promise.allSettled(starting);
		const [sandbox, n8n] = await Promise.all(starting);
		const client = new N8nClient(n8n.url);
		await client.signIn(OWNER);
		return { n8n, workers, sandbox, client, close };
	} catch (error) {
		await close();
		throw error;
	}
}

/** What all processes have in common. Queue mode keeps binary data in the database by itself. */
function environment(redis: OwnServer, postgres: OwnServer): Record<string, string> {
	return {
		EXECUTIONS_MODE: 'queue',
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		N8N_ENCRYPTION_KEY: randomBytes(24).toString('hex'),
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redis.port),
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgres.port),
		DB_POSTGRESDB_DATABASE: DATABASE,
		DB_POSTGRESDB_USER: DATABASE,
		...SOON,
	};
}
