/** Who calls a node, a workflow or an AI agent: what n8n tells of the call in, what follows from it out. Nothing fails. */

/** How n8n calls a node. */
export interface Call {
	/** What n8n says of it; undefined on an n8n that does not. */
	isToolExecution?: boolean;
	nodeType: string;
}

/**
 * Whether an agent called this node. n8n's newer agents have the engine run their tools like any node, and older n8n
 * has no `isToolExecution`: there only the node's type tells.
 */
export function isToolCall({ isToolExecution, nodeType }: Call): boolean {
	return isToolExecution === true || nodeType.endsWith('Tool');
}

/**
 * Whether an item that fails is put out as an item instead of failing the node: as the user chose, and for an agent
 * that calls its tools by itself (n8n's first two versions), which tells its model nothing of an error that is thrown.
 */
export function continuesOnFail(call: Call, chosen: boolean): boolean {
	return (call.isToolExecution ?? isToolCall(call)) || chosen;
}
