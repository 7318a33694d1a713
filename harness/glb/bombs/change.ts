/**
 * Fits and resizes models in a process of its own, and prints what it took, as JSON. Arguments: a number that is not used
 * here, and the models.
 */
import { readFileSync } from 'node:fs';
import { buildPage, fitModel, prepareForPage, resizeModel, toPlainGlb } from '../../../glb/operations';
import { longestStretch, timing } from '../timing';
import { forgetPeak, peakMemory } from './peakMemory';

export interface Changed {
	/** Why each operation gave no file; undefined where it did. */
	reasons: Record<'fit' | 'resize' | 'unpack' | 'page', string | undefined>;
	longestMs: number;
	/** Most memory beyond what the process had with the file in it, bytes. */
	memoryBytes: number;
}

const LIMITS = { maxFaces: 100, maxTextureSide: 64, maxFileSizeMb: 0.1 };

async function change(path: string): Promise<Changed> {
	const glb = readFileSync(path);
	// The decoder's and the simplifier's own memory is there from the first model on.
	forgetPeak();
	const before = process.memoryUsage().rss;
	const reasonOf = (result: { ok: true } | { ok: false; reason: string }) =>
		result.ok ? undefined : result.reason;
	const { result, longestMs } = await longestStretch(async () => {
		const fit = await fitModel(glb, { ...timing, limits: LIMITS });
		const resize = await resizeModel(glb, { ...timing, dimension: 'longest', lengthM: 1, pivot: 'center' });
		const unpack = await toPlainGlb(glb);
		const prepared = await prepareForPage(glb, timing);
		const page = prepared.ok ? buildPage({ title: 'bomb', model: prepared.glb }) : prepared;
		return { fit: reasonOf(fit), resize: reasonOf(resize), unpack: reasonOf(unpack), page: reasonOf(page) };
	});
	return { reasons: result, longestMs, memoryBytes: peakMemory() - before };
}

async function main(paths: string[]): Promise<Changed[]> {
	const all: Changed[] = [];
	for (const path of paths) all.push(await change(path));
	return all;
}

const [, ...paths] = process.argv.slice(2);
void main(paths).then((changed) => process.stdout.write(JSON.stringify(changed)));
