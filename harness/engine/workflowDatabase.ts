/** The workflow and execution tables of n8n's database: static data and finished executions, kept as text. */
import {
	deepCopy,
	type IDataObject,
	type IRun,
	type IRunExecutionData,
	type IWorkflowBase,
} from 'n8n-workflow';

// Its types claim to be an ES module only, its code is CommonJS as well.
const { parse, stringify } = require('flatted') as {
	parse(text: string): unknown;
	stringify(value: unknown): string;
};

export interface StoredExecution {
	id: string;
	workflow: IWorkflowBase;
	status: IRun['status'];
	finished: boolean;
	data: IRunExecutionData;
}

interface ExecutionRow extends Omit<StoredExecution, 'data'> {
	data: string;
}

export class WorkflowDatabase {
	private readonly staticData = new Map<string, string>();

	private readonly executions = new Map<string, ExecutionRow>();

	private readonly starts = new Map<string, ExecutionRow>();

	/** `executionCount`: how many executions there were before. */
	constructor(private executionCount = 0) {}

	/** Of the execution that was started last. */
	get lastExecutionId(): string {
		return String(this.executionCount);
	}

	nextExecutionId(): string {
		return String(++this.executionCount);
	}

	/** A fresh copy, as after reading the column. */
	readStaticData(workflowId: string): IDataObject {
		return JSON.parse(this.staticData.get(workflowId) ?? '{}') as IDataObject;
	}

	writeStaticData(workflowId: string, data: IDataObject): void {
		this.staticData.set(workflowId, JSON.stringify(data));
	}

	writeExecution(id: string, workflow: IWorkflowBase, run: IRun): void {
		const { status, finished = false } = run;
		this.executions.set(id, {
			id,
			workflow: deepCopy(workflow),
			status,
			finished,
			data: stringify(run.data),
		});
	}

	/** The row that n8n has of an execution from its start. */
	writeStart(id: string, workflow: IWorkflowBase, run: IRun): void {
		this.writeExecution(id, workflow, run);
		this.starts.set(id, this.executions.get(id)!);
	}

	/** What a crash leaves of an execution: what it began with. */
	loseExecution(id: string): void {
		const start = this.starts.get(id);
		if (!start) throw new Error(`Nothing was saved of execution ${id} when it began`);
		this.executions.set(id, { ...start, status: 'crashed' });
	}

	/** The row that another process, with the same database, would find of an execution that died in this one. */
	exportStart(id: string): string {
		return JSON.stringify(this.starts.get(id));
	}

	/** An execution that died in another process. Returns its id. */
	importLost(row: string): string {
		const start = JSON.parse(row) as ExecutionRow;
		this.executions.set(start.id, { ...start, status: 'crashed' });
		return start.id;
	}

	/** Throws for an execution that was never saved. */
	readExecution(id: string): StoredExecution {
		const row = this.executions.get(id);
		if (!row) throw new Error(`The execution with the ID "${id}" does not exist.`);
		return { ...row, workflow: deepCopy(row.workflow), data: parse(row.data) as IRunExecutionData };
	}
}
