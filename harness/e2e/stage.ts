/** What an end-to-end suite stands on: a real n8n with the packed nodes, the sandbox, and a signed-in client. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { N8nClient } from '../n8n/client';
import { startN8n, type N8nHost, type N8nOptions } from '../n8n/host';
import type { Credential } from '../n8n/types';
import { stopAllPrograms } from '../process/processes';
import { addCredential } from '../start/credential';
import { packPackage } from '../start/packPackage';
import { startSandbox, type RunningSandbox, type SandboxOptions } from '../start/startSandbox';
import type { Folders } from '../start/templates';

export const ROOT = join(__dirname, '..', '..');
export const OWNER = {
	email: 'maker@example.com',
	firstName: 'Model',
	lastName: 'Maker',
	password: 'Glb1forTests',
};
/** For `beforeAll`: installing n8n on a machine that has nothing takes most of it. */
export const OPEN_TIMEOUT_MS = 20 * 60_000;

export interface TestStage {
	n8n: N8nHost;
	sandbox: RunningSandbox;
	client: N8nClient;
	credential: Credential;
	/** Where nodes may read and write; the pictures are the ones that come with the templates. */
	folders: Folders;
	/** Ends n8n politely, or kills it as a crash would, and starts it again on the same folder and port. */
	restart(how: 'stop' | 'kill'): Promise<void>;
	/** Ends everything and removes its folder. */
	close(): Promise<void>;
}

interface StageOptions {
	sandbox?: Partial<SandboxOptions>;
	n8n?: Partial<N8nOptions>;
}

/** For a whole test file: open from its first test to its last. */
export function useStage(options?: StageOptions): TestStage {
	const stage = {} as TestStage;
	beforeAll(async () => void (await openStage(options, stage)), OPEN_TIMEOUT_MS);
	afterAll(async () => await stage.close?.());
	return stage;
}

/** Starts an n8n and a sandbox that only this suite uses, in a folder of its own. Throws after cleaning up. */
export async function openStage(options: StageOptions = {}, stage = {} as TestStage): Promise<TestStage> {
	const folder = mkdtempSync(join(tmpdir(), 'image3d-e2e-'));
	const close = async () => {
		await stopAllPrograms();
		rmSync(folder, { recursive: true, force: true });
	};
	try {
		const folders = { pictures: join(ROOT, 'templates', 'pictures'), models: join(folder, 'models') };
		mkdirSync(folders.models);
		const tarball = await packPackage(ROOT);
		const n8nOptions = {
			userFolder: join(folder, 'home'),
			tarball,
			fileFolders: [folders.pictures, folders.models],
			...options.n8n,
		};
		const [sandbox, n8n] = await Promise.all([
			startSandbox(ROOT, { speed: 60, ...options.sandbox }),
			startN8n(n8nOptions),
		]);
		const client = new N8nClient(n8n.url);
		await client.signIn(OWNER);
		const credential = await addCredential(client, sandbox);
		const restart = async (how: 'stop' | 'kill') => {
			if (how === 'kill') stage.n8n.kill();
			else await stage.n8n.stop();
			await stage.n8n.ended;
			// The session and every address stay good.
			stage.n8n = await startN8n({ ...n8nOptions, port: n8n.port });
		};
		return Object.assign(stage, { n8n, sandbox, client, credential, folders, restart, close });
	} catch (error) {
		await close();
		throw error;
	}
}
