/** What the main workflow made of each picture: read from n8n's execution and from the files themselves. */
import { readFileSync, statSync } from 'node:fs';
import { validateBytes } from 'gltf-validator';
import type { Execution, Item } from '../n8n/types';

/** Names of the main workflow's steps. */
export const STEPS = {
	trigger: 'When clicking ‘Execute workflow’',
	read: 'Read product pictures',
	generate: 'Make a 3D model',
	save: 'Save models',
};

/** Where a step puts out what failed. */
const ERROR_OUTPUT = 1;

export interface PictureResult {
	picture: string;
	/** Path of the model's file; missing when none was written. */
	file?: string;
	bytes?: number;
	/** As counted in the file. */
	faces?: number;
	/** From submitting the picture to the finished model. */
	durationMs?: number;
	/** What is wrong; empty when the model arrived and Khronos's validator finds no error in it. */
	problems: string[];
}

/** One result per picture, in the pictures' order. */
export async function collectResults(execution: Execution): Promise<PictureResult[]> {
	const pictures = outputOf(execution, STEPS.read);
	const models = outputOf(execution, STEPS.generate);
	const saved = outputOf(execution, STEPS.save);
	const results: PictureResult[] = [];
	for (const [index, picture] of pictures.entries()) {
		const at = models.findIndex((item) => sourceOf(item) === index);
		const file = at < 0 ? undefined : saved.find((item) => sourceOf(item) === at)?.json.fileName;
		const result: PictureResult = { picture: String(picture.json.fileName), problems: [] };
		if (at >= 0) result.durationMs = Number(models[at].json.duration_ms);
		if (typeof file === 'string') await inspect(file, result);
		else result.problems.push(reasonFor(execution, index, at) ?? 'no model was saved');
		results.push(result);
	}
	return results;
}

/** What the steps say of picture `index`, whose model, where there is one, came out at `at`. */
function reasonFor(execution: Execution, index: number, at: number): string | undefined {
	const [step, source] = at < 0 ? [STEPS.generate, index] : [STEPS.save, at];
	const failed = outputOf(execution, step, ERROR_OUTPUT).find((item) => sourceOf(item) === source);
	return failed && String(failed.json.error);
}

async function inspect(file: string, result: PictureResult): Promise<void> {
	try {
		result.file = file;
		result.bytes = statSync(file).size;
		const report = await validateBytes(new Uint8Array(readFileSync(file)));
		result.faces = report.info.totalTriangleCount;
		for (const { code, message } of report.issues.messages.filter(({ severity }) => severity === 0)) {
			result.problems.push(`${code}: ${message}`);
		}
	} catch (error) {
		result.problems.push(error instanceof Error ? error.message : String(error));
	}
}

function outputOf(execution: Execution, step: string, output = 0): Item[] {
	const runs = execution.data.resultData.runData[step] ?? [];
	return runs.at(-1)?.data?.main?.[output] ?? [];
}

function sourceOf(item: Item): number | undefined {
	const paired = Array.isArray(item.pairedItem) ? item.pairedItem[0] : item.pairedItem;
	return typeof paired === 'object' ? paired.item : paired;
}
