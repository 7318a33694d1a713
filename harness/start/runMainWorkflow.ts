/** What a user would click: sign in, add the credential, import the workflows, execute the main one. */
import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { N8nClient } from '../n8n/client';
import type { Workflow } from '../n8n/types';
import { formatSeconds, withStep } from '../process/withStep';
import { say } from '../process/say';
import { TEMPLATES, type Stage } from './bringUp';
import { addCredential } from './credential';
import { collectResults, STEPS, type PictureResult } from './results';
import type { Slot } from './slot';
import { importTemplates, MAIN_TEMPLATE, readTemplates } from './templates';

/** Three pictures at the real service's own pace take under two minutes. */
const RUN_TIMEOUT_MS = 10 * 60_000;

/** Returns whether every picture became a model that Khronos's validator finds no error in. */
export async function runMainWorkflow(stage: Stage, speed: number): Promise<boolean> {
	const { client, workflow } = await furnish(stage);
	const startedAt = Date.now();
	const results = await withStep(`Running “${workflow.name}”`, async (step) => {
		step.detail(`${speed} times as fast as the real service`);
		return await execute(client, workflow);
	});
	const isGood = results.every((result) => isFreshModel(result, startedAt));
	say(`\n${formatResults(results)}\n  The sandbox works ${speed} times as fast as the real service.\n\n`);
	return isGood && results.length > 0;
}

/** Signs in, saves the credential and imports the templates. Returns the main workflow. */
export async function furnish(stage: Stage): Promise<{ client: N8nClient; workflow: Workflow }> {
	const client = new N8nClient(stage.n8n.url);
	const workflow = await withStep('Signing in, adding the credential and the workflows', async () => {
		await signIn(client, stage.slot);
		const credential = await addCredential(client, stage.sandbox);
		const settings = { credential, folders: stage.folders };
		return (await importTemplates(client, readTemplates(TEMPLATES), settings)).get(MAIN_TEMPLATE)!;
	});
	return { client, workflow };
}

async function signIn(client: N8nClient, slot: Slot): Promise<void> {
	await client.signIn(slot.owner).catch((error: Error) => {
		throw new Error(
			`${error.message}\nIf you changed the login in the editor, delete ${slot.folder} to begin anew.`,
		);
	});
}

async function execute(client: N8nClient, workflow: Workflow): Promise<PictureResult[]> {
	const id = await client.run(workflow, STEPS.trigger);
	const execution = await client.waitForExecution(id, RUN_TIMEOUT_MS);
	const results = await collectResults(execution);
	if (execution.status !== 'success') {
		const { error, lastNodeExecuted } = execution.data.resultData;
		const reason = [error?.message, error?.description].filter(Boolean).join(' ');
		throw new Error(`The workflow ended with ${execution.status} at “${lastNodeExecuted}”: ${reason}`);
	}
	return results;
}

/** A file left by an earlier run proves nothing. */
function isFreshModel(result: PictureResult, startedAt: number): boolean {
	if (result.file && statSync(result.file).mtimeMs < startedAt)
		result.problems.push('the file was not written anew');
	return result.problems.length === 0;
}

function formatResults(results: PictureResult[]): string {
	const rows = results.map(({ picture, file, bytes, faces, durationMs, problems }) => [
		picture,
		file ? relative(process.cwd(), file) : '–',
		bytes === undefined ? '' : `${(bytes / 1e6).toFixed(1)} MB`,
		faces === undefined ? '' : `${faces.toLocaleString('en')} faces`,
		durationMs === undefined ? '' : formatSeconds(durationMs),
		problems.length === 0 ? 'valid glTF' : problems.join('; '),
	]);
	const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column].length))) ?? [];
	return rows
		.map(
			(row) =>
				`  ${row
					.map((cell, i) => cell.padEnd(widths[i]))
					.join('  ')
					.trimEnd()}\n`,
		)
		.join('');
}
