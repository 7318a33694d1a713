/**
 * Reads the facts of models and draws them, in a process of its own, and prints what each took, as JSON.
 * Arguments: the most work for a picture, ms, and the models.
 */
import { readFileSync } from 'node:fs';
import { readModelFacts } from '../../../glb/facts';
import { renderPreview } from '../../../glb/preview';
import { forgetPeak, peakMemory } from './peakMemory';
import { longestStretch, workClock } from '../timing';

export interface Measured {
	/** The reason why there are no facts, and why there is no picture; undefined where there are. */
	facts?: string;
	picture?: string;
	longestMs: number;
	/** Work on the picture, ms: what was not spent in pauses. */
	workMs: number;
	/** Most memory beyond what the process had with the file in it. */
	memoryBytes: number;
}

async function measure(path: string, maxWorkMs: number): Promise<Measured> {
	const file = readFileSync(path);
	forgetPeak();
	const before = process.memoryUsage().rss;
	let pausedMs = 0;
	const now = workClock();
	const timing = {
		now,
		yieldToEventLoop: async () => {
			const start = now();
			await new Promise((resolve) => setImmediate(resolve));
			pausedMs += now() - start;
		},
	};
	const read = async (offset: number, length: number) => file.subarray(offset, offset + length);
	const { result, longestMs } = await longestStretch(async () => {
		// The watch begins with the next turn of the loop.
		await new Promise((resolve) => setImmediate(resolve));
		const facts = await readModelFacts(
			read,
			file.length,
			undefined,
			async () => await new Promise((resolve) => setImmediate(resolve)),
		);
		await new Promise((resolve) => setImmediate(resolve));
		const start = now();
		const description = facts.ok ? facts : undefined;
		const picture = await renderPreview(file, { ...timing, maxWorkMs, description });
		return { facts, picture, workMs: now() - start - pausedMs };
	});
	const { facts, picture, workMs } = result;
	return {
		facts: facts.ok ? undefined : facts.reason,
		picture: picture.ok ? undefined : picture.reason,
		longestMs,
		workMs,
		memoryBytes: peakMemory() - before,
	};
}

async function main(maxWorkMs: number, paths: string[]): Promise<Measured[]> {
	const all: Measured[] = [];
	for (const path of paths) all.push(await measure(path, maxWorkMs));
	return all;
}

const [maxWorkMs, ...paths] = process.argv.slice(2);
void main(Number(maxWorkMs), paths).then((measured) => process.stdout.write(JSON.stringify(measured)));
