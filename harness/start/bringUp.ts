/** Everything `npm start` needs, brought up: the packed nodes in a real n8n, and the sandbox beside it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { N8nDownload } from '../bare/n8nDownload.cjs';
import { forgetCommunityPackage } from '../n8n/communityPackage';
import { startN8n, type N8nHost } from '../n8n/host';
import { installN8n, type N8nInstallation } from '../n8n/install';
import { findFreePort } from '../../sandbox/ports';
import { withStep } from '../process/withStep';
import { packPackage } from './packPackage';
import { startSandbox, type RunningSandbox } from './startSandbox';
import { takeSlot, type Slot } from './slot';
import { reviewFolder, type Folders } from './templates';

export const ROOT = join(__dirname, '..', '..');
export const TEMPLATES = join(ROOT, 'templates');
export const PICTURES = join(TEMPLATES, 'pictures');
/** Where n8n's editor and the sandbox usually are; a second `npm start` at the same time goes further up. */
const USUAL_N8N_PORT = 5678;
const USUAL_SANDBOX_PORT = 4010;
const SANDBOX_PORTS = 10;

export interface Stage {
	n8n: N8nHost;
	sandbox: RunningSandbox;
	slot: Slot;
	folders: Folders;
}

export interface StageOptions {
	/** The sandbox makes models this many times faster than the real service. */
	speed: number;
	/** The editor's; when left out the usual one, or a free one where that is taken. */
	port?: number;
	/** When left out, the pictures that come with the templates, and `output` in this repository. */
	folders?: Folders;
	/** n8n's packages, where they are being fetched already. */
	download?: N8nDownload;
	/** For work on the nodes: an n8n with a folder of its own, installed anew from the sources, that reloads its nodes. */
	isForDevelopment?: boolean;
	/** Called with each line n8n writes. */
	onLine?: (line: string) => void;
}

/** Installs, packs and starts what is needed; minutes the first time, seconds after that. */
export async function bringUp(options: StageOptions): Promise<Stage> {
	const [tarball, installation] = await packAndInstall(options.download);
	const slot = takeSlot(`${installation.version}${options.isForDevelopment ? '-dev' : ''}`);
	// What was changed there the last time is not what the sources say now.
	if (options.isForDevelopment) forgetCommunityPackage(slot.userFolder);
	const folders = options.folders ?? usualFolders(slot);
	mkdirSync(reviewFolder(folders), { recursive: true });
	const port = await choosePort(USUAL_N8N_PORT + slot.number - 1, options.port);
	const [sandbox, n8n] = await withStep('Starting n8n and the sandbox of the Image3D service', async () => {
		return await Promise.all([
			startSandbox(ROOT, {
				speed: options.speed,
				firstPort: USUAL_SANDBOX_PORT + SANDBOX_PORTS * (slot.number - 1),
			}),
			startN8n({
				userFolder: slot.userFolder,
				tarball,
				installation,
				port,
				fileFolders: [folders.pictures, folders.models],
				...(options.isForDevelopment && { env: { N8N_DEV_RELOAD: 'true' } }),
				onLine: options.onLine,
			}),
		]);
	});
	return { n8n, sandbox, slot, folders };
}

/** One after the other, unless n8n is being fetched already: then it need not wait. */
async function packAndInstall(download?: N8nDownload): Promise<[string, N8nInstallation]> {
	if (download) return await Promise.all([packPackage(ROOT), installN8n(undefined, download)]);
	const tarball = await withStep('Packing the nodes', async (step) => {
		return await packPackage(ROOT, () => step.detail('waiting for another build'));
	});
	return [tarball, await installN8n()];
}

/** The models go where a user finds them; two runs at once do not share a folder. */
function usualFolders(slot: Slot): Folders {
	const name = slot.number === 1 ? 'output' : `output-${slot.number}`;
	return { pictures: PICTURES, models: join(ROOT, name) };
}

async function choosePort(usual: number, wanted?: number): Promise<number> {
	const port = await findFreePort(wanted ?? usual);
	if (wanted !== undefined && port !== wanted)
		throw new Error(`Port ${wanted} is taken: choose another --port`);
	return port;
}
