/** What reading and drawing a model does to the event loop and the memory, for the usual kinds and for hostile ones. */
import { BOMBS } from '../../harness/glb/bombs';
import type { Measured } from '../../harness/glb/bombs/explode';
import { BombSite } from '../../harness/glb/bombs/bombSite';
import { PREVIEW_LIMITS } from '../../glb/preview';
import { buildOrdinaryModel, ORDINARY_KINDS } from '../../harness/preview/ordinaryModels';

export interface ModelRow {
	what: string;
	isHostile: boolean;
	longestMs: number;
	memoryMb: number;
	workMs: number;
	/** Why there is no picture, or no facts. */
	reason?: string;
}

/** Whatever else the machine does makes a stretch longer, never shorter: the least of so many runs is the pack's. */
const RUNS = 3;

export async function measureModels(): Promise<ModelRow[]> {
	const site = new BombSite();
	await site.prepare();
	const rows: ModelRow[] = [];
	const measure = async (what: string, isHostile: boolean, glb: Uint8Array) => {
		const runs: Measured[] = [];
		while (runs.length < RUNS) runs.push(...(await site.measure([glb], PREVIEW_LIMITS.maxWorkMs)));
		const [{ longestMs, workMs, facts, picture }] = runs.sort((a, b) => a.longestMs - b.longestMs);
		const memoryMb = Math.min(...runs.map(({ memoryBytes }) => memoryBytes)) / 1e6;
		rows.push({ what, isHostile, longestMs, memoryMb, workMs, reason: facts ?? picture });
	};
	try {
		for (const kind of ORDINARY_KINDS) await measure(kind, false, buildOrdinaryModel(kind));
		for (const { name, build, sizes } of BOMBS) {
			const size = sizes[2];
			await measure(`${name}, ${size.toLocaleString('en-US')}`, true, build(size));
		}
		return rows;
	} finally {
		site.clear();
	}
}

export function describeModels(rows: readonly ModelRow[]): string {
	const table = (isHostile: boolean) =>
		[
			'| Model | Longest stretch (ms) | Memory (MB) | Work on the picture (ms) | Why there is no picture |',
			'| --- | ---: | ---: | ---: | --- |',
			...rows
				.filter((row) => row.isHostile === isHostile)
				.map(({ what, longestMs, memoryMb, workMs, reason = '' }) => {
					const numbers = [longestMs, memoryMb, workMs].map((value) => String(Math.round(value)));
					return `| ${[what, ...numbers, reason].join(' | ')} |`;
				}),
		].join('\n');
	return `## Models

Facts and a picture of one model, in a process of its own with a heap of 512 MB. The table shows the longest time in which nothing else could run, and the memory beyond the file. Each row is the best of three runs, because other work on the machine only adds to the numbers.

A million faces in each of the usual ways to write them:

${table(false)}

Files made to cause trouble, each at the largest of the three sizes that the tests use:

${table(true)}
`;
}
