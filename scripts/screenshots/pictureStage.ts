/** What pictures are taken of: a real n8n that has nothing but the templates in it, and the sandbox beside it. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { N8nClient } from '../../harness/n8n/client';
import { startN8n } from '../../harness/n8n/host';
import type { Credential, Owner, Workflow } from '../../harness/n8n/types';
import { stopAllPrograms } from '../../harness/process/processes';
import { PICTURES, ROOT, TEMPLATES } from '../../harness/start/bringUp';
import { addCredential } from '../../harness/start/credential';
import { packPackage } from '../../harness/start/packPackage';
import { startSandbox } from '../../harness/start/startSandbox';
import { importTemplates, readTemplates, reviewFolder } from '../../harness/start/templates';

export const IMAGES = join(ROOT, 'docs', 'images');
/** Models are made in seconds at this speed, and no picture shows for how long it took. */
const SPEED = 20;
const OWNER: Owner = {
	email: 'maker@example.com',
	firstName: 'Model',
	lastName: 'Maker',
	password: 'Glb1forPictures',
};

export interface PictureStage {
	client: N8nClient;
	/** The editor's address. */
	url: string;
	owner: Owner;
	/** Of the sandbox's demo user, signed in by email link. */
	credential: Credential;
	/** The templates, by file name. */
	workflows: Map<string, Workflow>;
	close(): Promise<void>;
}

/** Brings it up in a folder of its own. The editor shows file paths: none of them tells who takes the pictures. */
export async function openPictureStage(): Promise<PictureStage> {
	const folder = mkdtempSync(join(tmpdir(), 'image3d-'));
	const close = async () => {
		await stopAllPrograms();
		rmSync(folder, { recursive: true, force: true });
	};
	try {
		const folders = { pictures: join(folder, 'pictures'), models: join(folder, 'models') };
		cpSync(PICTURES, folders.pictures, { recursive: true });
		mkdirSync(reviewFolder(folders), { recursive: true });
		const tarball = await packPackage(ROOT);
		const [sandbox, n8n] = await Promise.all([
			startSandbox(ROOT, { speed: SPEED }),
			startN8n({
				userFolder: join(folder, 'home'),
				tarball,
				fileFolders: [folders.pictures, folders.models],
			}),
		]);
		const client = new N8nClient(n8n.url);
		await client.signIn(OWNER);
		const credential = await addCredential(client, sandbox);
		const workflows = await importTemplates(client, readTemplates(TEMPLATES), { credential, folders });
		return { client, url: n8n.url, owner: OWNER, credential, workflows, close };
	} catch (error) {
		await close();
		throw error;
	}
}
