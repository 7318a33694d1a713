/** Finds, or installs, the browser that pictures and editor tests are made with. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProgram } from './processes';
import { withStep } from './withStep';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The first Chromium on the PATH. Throws with how to get one. */
export function findChromium(): string {
	const found = findOnPath(NAMES);
	if (!found) throw new Error('No Chromium found. On Debian and Ubuntu: apt-get install chromium');
	return found;
}

/** Whether there is one. */
export function hasChromium(): boolean {
	return findOnPath(NAMES) !== undefined;
}

/** As `findChromium`, but installs Debian's where there is none and root may. Throws with why it cannot. */
export async function provideChromium(): Promise<string> {
	if (!findOnPath(NAMES) && findOnPath(['apt-get']) && process.getuid?.() === 0) {
		await withStep('Installing Chromium', async () => {
			const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
			await runProgram('apt-get', ['update', '-q'], { env, name: 'apt-get update' });
			const install = ['install', '-yq', '--no-install-recommends', 'chromium'];
			await runProgram('apt-get', install, { env, name: 'apt-get install chromium' });
		});
	}
	return findChromium();
}

function findOnPath(names: string[]): string | undefined {
	const folders = (process.env.PATH ?? '').split(delimiter);
	return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);
}

/** Chromium's own sandbox does not run as root, as in a container; nothing is to be fetched in the background. */
export const CHROMIUM_ARGS = [
	'--disable-background-networking',
	...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];
