/** What a poll brings: the items that start the workflow, and the state that n8n stores with them. */
import type { INodeExecutionData } from 'n8n-workflow';
import type { CursorState } from '../shared/core/polling/cursor';

export interface PollOutput {
	items: INodeExecutionData[];
	state: CursorState;
}
