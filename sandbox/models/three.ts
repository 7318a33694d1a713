/** three.js for CommonJS: it comes as ES modules, so that whoever needs it waits for it. */
import type * as Three from 'three' with { 'resolution-mode': 'import' };

export type { Three };

export async function loadThree(): Promise<typeof Three> {
	return await import('three');
}
