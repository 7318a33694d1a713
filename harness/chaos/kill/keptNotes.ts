/** n8n's processed data, kept where no kill reaches them, as in n8n's database: the stages in, who answers the calls out. */
import type { ICheckProcessedContextData } from 'n8n-workflow';
import { ProcessedData } from '../../engine/processedData';
import type { KeepNotes } from './engineMessages';
import type { KillStage } from './killStage';

/** Answers them; a run may be killed at each call about its workflow. */
export function keepNotesFor(stages: ReadonlyMap<string, KillStage>): KeepNotes {
	const notes = new ProcessedData();
	return async (method, args) => {
		const { workflow } = args[2] as ICheckProcessedContextData;
		const stage = stages.get(workflow.id);
		await stage?.onNote?.(method, 'arrived');
		const value = await (notes[method] as (...given: unknown[]) => Promise<unknown>)(...args);
		await stage?.onNote?.(method, 'done');
		return value;
	};
}
