/**
 * Puts models through every converter and the inspection, in a process of its own, and prints what each took, as JSON.
 * Arguments: the most work for each, ms, and the models.
 */
import { readFileSync } from 'node:fs';
import { type ConvertFormat, convertModel } from '../../../glb/operations/convert/convertModel';
import { inspectModel } from '../../../glb/operations/inspect/inspectModel';
import { longestStretch, workClock } from '../timing';
import { forgetPeak, peakMemory } from './peakMemory';

export interface MeasuredWork {
	/** A format, or `inspect`. */
	what: string;
	/** The reasons that were given, and the findings; none for a file that was made. */
	said: string[];
	longestMs: number;
	/** Bytes of the file that was made. */
	made: number;
	/** Most memory beyond what the process had with the file in it. */
	memoryBytes: number;
}

const timing = {
	now: workClock(),
	yieldToEventLoop: () => new Promise<void>((resolve) => setImmediate(resolve)),
};

const FORMATS: readonly ConvertFormat[] = ['stl', '3mf', 'usdz', 'obj'];

async function measure(
	what: string,
	work: () => Promise<{ said: string[]; made: number }>,
): Promise<MeasuredWork> {
	global.gc?.();
	forgetPeak();
	const before = process.memoryUsage().rss;
	const { result, longestMs } = await longestStretch(async () => {
		// The watch begins with the next turn of the loop.
		await new Promise((resolve) => setImmediate(resolve));
		return await work();
	});
	return { what, ...result, longestMs, memoryBytes: peakMemory() - before };
}

async function main(maxWorkMs: number, paths: string[]): Promise<MeasuredWork[][]> {
	const all: MeasuredWork[][] = [];
	for (const path of paths) {
		const file = readFileSync(path);
		const measured: MeasuredWork[] = [];
		for (const format of FORMATS) {
			const work = async () => {
				const result = await convertModel(file, { ...timing, format, maxWorkMs });
				return result.ok
					? { said: result.changes, made: result.file.length }
					: { said: [result.reason], made: 0 };
			};
			measured.push(await measure(format, work));
		}
		const inspect = async () => {
			const result = await inspectModel(file, { ...timing, forPrinting: true, maxWorkMs });
			return { said: result.ok ? result.findings : [result.reason], made: 0 };
		};
		measured.push(await measure('inspect', inspect));
		all.push(measured);
	}
	return all;
}

const [maxWorkMs, ...paths] = process.argv.slice(2);
void main(Number(maxWorkMs), paths).then((measured) => process.stdout.write(JSON.stringify(measured)));
