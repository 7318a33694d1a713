/** What `npm run dev` sees of the sources, however an editor saves them. */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { watchSources } from '../../harness/dev/watch';

const folder = mkdtempSync(path.join(os.tmpdir(), 'image3d-watch-'));
const [root, target] = [path.join(folder, 'clone'), path.join(folder, 'installed')];
const icon = path.join(root, 'nodes', 'Some', 'icon.svg');
let heard: () => void = () => undefined;
let end: () => Promise<void>;

beforeAll(async () => {
	for (const name of ['nodes/Some', 'credentials', 'glb'])
		mkdirSync(path.join(root, name), { recursive: true });
	writeFileSync(path.join(root, 'package.json'), '{}');
	writeFileSync(icon, 'before');
	end = await watchSources(root, target, {
		onWritten: () => heard(),
		onBroken: (source, reason) => {
			throw new Error(`${source}: ${reason}`);
		},
	});
});

afterAll(async () => {
	await end();
	rmSync(folder, { recursive: true });
});

const save = {
	'writes into the file': (text: string) => writeFileSync(icon, text),
	'puts another file in its place': (text: string) => {
		writeFileSync(`${icon}.new`, text);
		renameSync(`${icon}.new`, icon);
	},
	'takes the file away first': (text: string) => {
		rmSync(icon);
		writeFileSync(icon, text);
	},
};

describe.each(Object.entries(save))('an editor that %s', (how, write) => {
	it.each([1, 2, 3])('is heard the %i. time', async (time) => {
		const text = `${how} ${time}`;
		const installed = path.join(target, 'dist', 'nodes', 'Some', 'icon.svg');
		const written = new Promise<void>((resolve) => {
			heard = () => {
				if (readFileSync(installed, 'utf8') === text) resolve();
			};
		});
		write(text);
		await written;
	});
});
