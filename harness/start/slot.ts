/** The folder that keeps one `npm start`'s n8n from one start to the next. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../process/cacheFolder';
import { tryLock } from '../process/fileLock';
import type { Owner } from '../n8n/types';

const MAX_SLOTS = 20;

export interface Slot {
	/** 1 for whoever starts first, 2 for a second one at the same time, and so on. */
	number: number;
	folder: string;
	/** n8n's own folder. */
	userFolder: string;
	owner: Owner;
	release(): void;
}

/** Takes the first folder that no other running `npm start` holds. */
export function takeSlot(n8nVersion: string): Slot {
	for (let number = 1; number <= MAX_SLOTS; number++) {
		const folder = cacheFolder('start', `n8n-${n8nVersion}-${number}`);
		const lock = tryLock(`${folder}.lock`);
		if (!lock) continue;
		const userFolder = join(folder, 'home');
		mkdirSync(userFolder, { recursive: true });
		return { number, folder, userFolder, owner: readOwner(folder), release: () => lock.release() };
	}
	throw new Error(`${MAX_SLOTS} of these are running already: end one of them first`);
}

/** The login is made up once per folder, so that nobody else on this machine knows it. */
function readOwner(folder: string): Owner {
	const file = join(folder, 'owner.json');
	if (!existsSync(file)) {
		const owner: Owner = {
			email: 'maker@example.com',
			firstName: 'Model',
			lastName: 'Maker',
			// n8n asks for a capital letter and a digit.
			password: `Glb1${randomBytes(6).toString('hex')}`,
		};
		writeFileSync(file, JSON.stringify(owner), { mode: 0o600 });
	}
	return JSON.parse(readFileSync(file, 'utf8')) as Owner;
}
