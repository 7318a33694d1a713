/** What a test reads from a finished execution. In: n8n's run. Out: items, errors and hints by node name. */
import type {
	ExecutionError,
	ExecutionStatus,
	INodeExecutionData,
	IRun,
	ITaskData,
	NodeExecutionHint,
} from 'n8n-workflow';

/** One message that the execution pushed to the editor. */
export interface UiMessage {
	type: string;
	data: unknown;
}

export class RunResult {
	constructor(
		readonly executionId: string,
		readonly run: IRun,
		readonly uiMessages: UiMessage[],
	) {}

	get status(): ExecutionStatus {
		return this.run.status;
	}

	/** The hints of all nodes, in the order in which the nodes ran. */
	get hints(): NodeExecutionHint[] {
		return Object.values(this.run.data.resultData.runData)
			.flat()
			.flatMap((task) => task.hints ?? []);
	}

	/** The last run of a node; undefined when it did not run. */
	task(nodeName: string): ITaskData | undefined {
		return this.run.data.resultData.runData[nodeName]?.at(-1);
	}

	/** All main outputs of a node's last run. */
	outputs(nodeName: string): INodeExecutionData[][] {
		return (this.task(nodeName)?.data?.main ?? []).map((items) => items ?? []);
	}

	items(nodeName: string, outputIndex = 0): INodeExecutionData[] {
		return this.outputs(nodeName)[outputIndex] ?? [];
	}

	/** The error of a node's last run, or without a name the error that ended the execution. */
	error(nodeName?: string): ExecutionError | undefined {
		if (nodeName === undefined) return this.run.data.resultData.error;
		return this.task(nodeName)?.error;
	}
}
