/** Finds the browser that pictures and editor tests are made with. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The first Chromium on the PATH. Throws with how to get one. */
export function findChromium(): string {
	const folders = (process.env.PATH ?? '').split(delimiter);
	const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(existsSync);
	if (!found) throw new Error('No Chromium found. On Debian and Ubuntu: apt-get install chromium');
	return found;
}

/** Chromium's own sandbox does not run as root, as in a container; nothing is to be fetched in the background. */
export const CHROMIUM_ARGS = [
	'--disable-background-networking',
	...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];
