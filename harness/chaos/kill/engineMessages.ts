/** What passes between a process that runs n8n's engine and its parent: runs and their ends, and calls of n8n's processed data. */
import type { ICredentialDataDecryptedObject, OnError, WorkflowExecuteMode } from 'n8n-workflow';

/** One run of Image3D Generate. */
export interface RunOrder {
	id: number;
	workflowId: string;
	credentials: Array<{ id: string; type: string; data: ICredentialDataDecryptedObject }>;
	parameters: object;
	/** `picture`: base64, to be stored as a file or to stand in the item. */
	items: Array<{ what: string; picture?: string; isFile?: boolean }>;
	onError: OnError;
	mode: WorkflowExecuteMode;
	/** What the database has of an execution that died: this is its Retry. */
	retryOf?: string;
	acceleration: number;
	seed: number;
}

export interface SeenItem {
	json: Record<string, unknown>;
	pairedItem: unknown;
	file: 'none' | 'whole' | 'broken';
}

/** What the user sees of a run that came to its end. */
export interface RunEnd {
	id: number;
	executionId: string;
	status: string;
	items: SeenItem[];
	/** Message, description and context. */
	error?: string[];
	hints: string[];
}

/** A call of n8n's processed data, which are the parent's to keep. */
export type NoteMethod = 'checkProcessedAndRecord' | 'removeProcessed';

export interface NoteCall {
	note: number;
	method: NoteMethod;
	args: unknown[];
}

export interface NoteAnswer {
	noted: number;
	value?: unknown;
	error?: string;
}

/** What the parent hears. */
export type Message =
	| 'ready'
	| NoteCall
	| RunEnd
	| { id: number; row: string }
	| { id: number; broke: string };

/** Answers a call of processed data. */
export type KeepNotes = (method: NoteMethod, args: unknown[]) => Promise<unknown>;
