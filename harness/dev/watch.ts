/** Keeps an installed package as the sources are, file by file, from the moment it is started. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { watch } from 'chokidar';
import { packedFile } from './packedFile';

const SOURCES = ['nodes', 'credentials', 'glb', 'package.json'];
/** An editor writes a file in several steps. */
const SETTLE_MS = 60;

export interface WatchEvents {
	/** These are in the package now. */
	onWritten(paths: string[]): void;
	/** A source that does not parse; the package keeps what it had. */
	onBroken(source: string, reason: string): void;
}

/**
 * Watches the sources in `root` and writes what changes into the package in `target`. Ready, it returns what ends it.
 * Node.js's own watching of folders in folders loses a file on Linux once an editor has put another one in its place.
 */
export async function watchSources(
	root: string,
	target: string,
	events: WatchEvents,
): Promise<() => Promise<void>> {
	const changed = new Set<string>();
	let timer: NodeJS.Timeout | undefined;
	let working: Promise<void> = Promise.resolve();
	const note = (source: string) => {
		changed.add(source);
		clearTimeout(timer);
		timer = setTimeout(() => {
			const sources = [...changed];
			changed.clear();
			working = working.then(async () => await bring(root, target, sources, events));
		}, SETTLE_MS);
	};
	const watcher = watch(
		SOURCES.map((source) => join(root, source)),
		{ ignored: /[\\/]node_modules[\\/]/, ignoreInitial: true },
	);
	watcher.on('all', (event, path) => {
		if (!event.endsWith('Dir')) note(relative(root, path));
	});
	await new Promise<void>((resolve) => watcher.once('ready', resolve));
	return async () => {
		clearTimeout(timer);
		await watcher.close();
	};
}

async function bring(root: string, target: string, sources: string[], events: WatchEvents): Promise<void> {
	const written = new Set<string>();
	for (const source of sources) {
		try {
			const file = await packedFile(root, source);
			if (file && put(join(target, file.path), file.content)) written.add(file.path);
		} catch (error) {
			events.onBroken(source, error instanceof Error ? error.message : String(error));
		}
	}
	if (written.size > 0) events.onWritten([...written]);
}

/** Returns whether that changed anything. */
function put(path: string, content: string | Buffer | undefined): boolean {
	if (content === undefined) {
		const was = existsSync(path);
		rmSync(path, { force: true });
		return was;
	}
	if (existsSync(path) && readFileSync(path).equals(Buffer.from(content))) return false;
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, content);
	return true;
}
