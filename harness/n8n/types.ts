/** What passes between this project and n8n's REST interface, as far as it is used here. */

export interface Owner {
	email: string;
	firstName: string;
	lastName: string;
	password: string;
}

export interface CredentialInput {
	name: string;
	type: string;
	data: Record<string, unknown>;
}

export interface Credential {
	id: string;
	name: string;
	type: string;
}

export interface WorkflowNode {
	id?: string;
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string; name: string }>;
	[setting: string]: unknown;
}

export interface WorkflowInput {
	name: string;
	nodes: WorkflowNode[];
	connections?: Record<string, unknown>;
	settings?: Record<string, unknown>;
	pinData?: Record<string, unknown>;
}

export interface Workflow extends WorkflowInput {
	id: string;
	versionId: string;
	active?: boolean;
	isArchived?: boolean;
}

export interface BinaryField {
	/** Missing when the data is kept inline. */
	id?: string;
	data: string;
	mimeType: string;
	fileName?: string;
	fileSize?: string;
	bytes?: number;
}

export interface Item {
	json: Record<string, unknown>;
	binary?: Record<string, BinaryField>;
	pairedItem?: { item: number } | Array<{ item: number }> | number;
}

export interface NodeRun {
	executionStatus: string;
	/** Milliseconds. */
	executionTime: number;
	error?: { message: string; description?: string };
	data?: { main?: Array<Item[] | null>; ai_tool?: Array<Item[] | null> };
}

export interface StoredExecution {
	id: string;
	status: 'new' | 'running' | 'waiting' | 'success' | 'error' | 'canceled' | 'crashed';
	mode: string;
	workflowId: string;
	/** Serialized with `flatted`. */
	data: string;
}

export interface Execution extends Omit<StoredExecution, 'data'> {
	data: {
		resultData: {
			runData: Record<string, NodeRun[]>;
			lastNodeExecuted?: string;
			error?: { message: string; description?: string };
		};
	};
}
