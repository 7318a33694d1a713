/**
 * All items of a run, step by step: looked at, looked up in the memory, made, put out; each is paid for once, in the order of
 * the input. Fails where the memory cannot be read, before anything is sent; throws what failed the node.
 */
import type { INodeExecutionData } from 'n8n-workflow';
import { type Outcome, succeed } from '../shared/core/failure';
import { checkItems } from './checkItems';
import { closeRun } from './closeRun';
import { readCredits } from './credits';
import { generateItems } from './generateItems';
import { lookUpItems } from './lookUpItems';
import type { Run } from './run';

/** The node's output. The run is closed with it, however it ends. */
export async function generateAll(run: Run): Promise<Outcome<INodeExecutionData[]>> {
	try {
		const inputs = await checkItems(run);
		const looked = await lookUpItems(run, inputs);
		if (!looked.ok) return looked;
		const creditsBefore = await readCredits(run);
		const results = await generateItems(run, inputs, looked.value);
		return succeed(await closeRun(run, inputs, results, creditsBefore));
	} finally {
		await run.paidModels?.close();
		run.guard.close();
	}
}
