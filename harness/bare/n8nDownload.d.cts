import type { N8nPlace } from './n8nPlace.cjs';
import type { Arrivals } from './timeLeft.cjs';

export interface N8nDownload {
	place: N8nPlace;
	/** Grows while packages arrive; `total` is 0 when nobody knows how many there are. */
	arrivals: Arrivals;
	done: Promise<void>;
	/** Waits for the packages and moves them there, in place of what is there. */
	moveTo(folder: string): Promise<void>;
}
export function downloadN8n(manifestFolder: string): N8nDownload;
export function downloadIfMissing(manifestFolder: string): N8nDownload | undefined;
