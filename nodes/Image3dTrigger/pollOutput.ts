/** What a poll brings: the items that start the workflow, and the state that n8n stores with them. */
import type { INodeExecutionData } from 'n8n-workflow';
import type { CursorState } from '../shared/core/polling/cursor';

/** Both at once, so that what is stored never speaks of items that were not handed on. */
export interface PollOutput {
	items: INodeExecutionData[];
	state: CursorState;
}
