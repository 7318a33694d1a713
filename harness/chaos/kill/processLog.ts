/** The log of a process that may be killed: what is written into it at the start of a run, and the lines of one workflow in it. */

/** The line that says which execution of which workflow begins. */
export function startLine(workflowId: string, executionId: string): string {
	return `start: workflow ${workflowId} execution ${executionId}\n`;
}

/** The lines about the executions of this workflow. */
export function linesOf(log: string, workflowId: string): string[] {
	const lines = log.split('\n');
	const starts = lines.filter((line) => line.startsWith(`start: workflow ${workflowId} `));
	const executions = starts.map((line) => line.split(' ').at(-1)!);
	return lines.filter(
		(line) => !line.startsWith('start: ') && executions.some((id) => line.includes(`(execution ${id},`)),
	);
}
