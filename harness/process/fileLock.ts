/** One process at a time, across processes: a lock file that its holder keeps fresh. */
import {
	linkSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

const REFRESH_MS = 5_000;
/** A lock not refreshed for this long was left behind, even if some other process has its number by now. */
const STALE_MS = 60_000;
const RETRY_MS = 500;

export interface LockFile {
	release(): void;
}

/** Takes the lock if nobody holds it, else returns undefined. */
export function tryLock(path: string): LockFile | undefined {
	mkdirSync(dirname(path), { recursive: true });
	removeIfStale(path);
	try {
		writeFileSync(path, String(process.pid), { flag: 'wx' });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
		throw error;
	}
	const timer = setInterval(() => refresh(path), REFRESH_MS);
	timer.unref();
	const release = () => {
		clearInterval(timer);
		process.off('exit', release);
		rmSync(path, { force: true });
	};
	process.once('exit', release);
	return { release };
}

/** Runs `work` with the lock held, after waiting for whoever holds it; `onWait` is called once if there is a wait. */
export async function withLock<T>(path: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
	let lock = tryLock(path);
	if (!lock) onWait();
	while (!lock) {
		await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
		lock = tryLock(path);
	}
	try {
		return await work();
	} finally {
		lock.release();
	}
}

/** The process that holds a lock, or undefined when nobody does; 0 for one that is about to fill its file. */
function holderOf(path: string): number | undefined {
	try {
		return Number(readFileSync(path, 'utf8'));
	} catch {
		return undefined;
	}
}

function refresh(path: string): void {
	try {
		utimesSync(path, new Date(), new Date());
	} catch {
		// Somebody emptied the cache folder: nothing is left to keep fresh.
	}
}

function removeIfStale(path: string): void {
	const holder = holderOf(path);
	if (holder === undefined || !isStale(path, holder)) return;
	// Renaming decides between two processes that find the same stale lock: only one of them succeeds.
	const aside = `${path}.${process.pid}`;
	try {
		renameSync(path, aside);
	} catch {
		return;
	}
	try {
		// A lock taken between the look and the renaming is put back.
		if (holderOf(aside) !== holder) linkSync(aside, path);
	} finally {
		rmSync(aside, { force: true });
	}
}

function isStale(path: string, pid: number): boolean {
	try {
		if (Date.now() - statSync(path).mtimeMs > STALE_MS) return true;
	} catch {
		return false;
	}
	// An empty file is one that its holder is about to fill.
	if (!pid) return false;
	try {
		process.kill(pid, 0);
		return false;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'ESRCH';
	}
}
