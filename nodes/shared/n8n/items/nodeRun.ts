/**
 * One run of a node as everything behind it sees it: n8n's context in, bound capabilities out. Here n8n's context ends.
 * What a broken expression throws comes from `parametersOf(…).get`.
 */
import type { IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';
import type { StoredFiles } from '../files/storedFile';
import { continuesOnFail, isToolCall } from './agentCall';
import { cancelSignalOf } from './context';

/** What one item brings. */
export interface ItemParameters {
	/** A parameter of the node for this item, asked of n8n once; `fallback` where it is not set. */
	get(name: string, fallback?: unknown): unknown;
	/** The same for megabytes of text: asked for each time, and not kept. */
	getLarge(name: string): unknown;
	/** The options; what an expression left empty counts as unset. */
	readOptions(): Record<string, unknown>;
	input: INodeExecutionData | undefined;
	/** A file of the item, from n8n's storage. */
	loadFile(field: string): Promise<Buffer>;
}

/** What every node's run has, whatever the node does. */
export interface NodeRun {
	itemCount: number;
	/** An agent called the node. */
	isTool: boolean;
	/** An item that fails is put out as an item; else it fails the node. */
	continues: boolean;
	/** The number of this run in a loop; a try again has the number of the try before. */
	readonly runIndex: number;
	/** Names this node of this workflow, for what a process remembers of it from one run to the next. */
	readonly nodeKey: string;
	/** What n8n keeps with the execution for this node: for Retry On Fail, for Retry, for the next run of a loop. */
	readonly memory: object;
	/** n8n's storage of files. */
	files: StoredFiles;
	/** Ends when the execution is cancelled. */
	cancelled?: AbortSignal;
	getNode(): INode;
	parametersOf(index: number): ItemParameters;
	/** Where the run is, for n8n's log. */
	describePlace(): { executionId: string; nodeName: string };
	log: { info(text: string): void; warn(text: string): void };
	/** Tells the user who watches a manual run; undefined in any other. */
	showMessage?: (message: string) => void;
	/** Puts a line above the node's output; undefined where n8n shows none. */
	showHint?: (message: string) => void;
}

/** Binds the run of a node. */
export function bindRun(context: IExecuteFunctions): NodeRun {
	const inputs = context.getInputData();
	const call = { isToolExecution: context.isToolExecution?.(), nodeType: context.getNode().type };
	const bindItem = (index: number): ItemParameters => {
		const get = once((name: string, fallback?: unknown) => context.getNodeParameter(name, index, fallback));
		return {
			get,
			getLarge: (name) => context.getNodeParameter(name, index, ''),
			readOptions: once(() => withoutUnset(get('options', {}) as object)),
			input: inputs[index],
			loadFile: async (field) => await context.helpers.getBinaryDataBuffer(index, field),
		};
	};
	const first = once(() => bindItem(0));
	return {
		itemCount: inputs.length,
		isTool: isToolCall(call),
		continues: continuesOnFail(call, context.continueOnFail()),
		get runIndex() {
			return context.getWorkflowDataProxy(0).$runIndex as number;
		},
		get nodeKey() {
			return `${context.getWorkflow().id}/${context.getNode().id}`;
		},
		// The node's own context lives with the execution.
		get memory() {
			return context.getContext('node');
		},
		files: context.helpers,
		cancelled: cancelSignalOf(context),
		getNode: () => context.getNode(),
		// What holds for the whole run is read from the first item, before it is its turn.
		parametersOf: (index) => (index === 0 ? first() : bindItem(index)),
		describePlace: () => ({ executionId: context.getExecutionId(), nodeName: context.getNode().name }),
		log: {
			info: (text) => context.logger.info(text),
			warn: (text) => context.logger.warn(text),
		},
		...(context.getMode() === 'manual' && { showMessage: (message) => context.sendMessageToUI(message) }),
		...(context.addExecutionHints !== undefined && {
			showHint: (message) => context.addExecutionHints({ message, location: 'outputPane', type: 'info' }),
		}),
	};
}

/** What an expression left empty counts as unset. */
function withoutUnset(options: object): Record<string, unknown> {
	const isSet = ([, value]: [string, unknown]) => value !== undefined && value !== null && value !== '';
	return Object.fromEntries(Object.entries(options).filter(isSet));
}

/** A reader that remembers what it has read, by its first argument. */
function once<A extends unknown[], T>(read: (...args: A) => T): (...args: A) => T {
	const known = new Map<unknown, T>();
	return (...args) => {
		if (!known.has(args[0])) known.set(args[0], read(...args));
		return known.get(args[0])!;
	};
}
