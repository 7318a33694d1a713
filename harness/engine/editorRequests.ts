/** What the editor asks a node's methods for while a field is being filled in, through n8n-core's LoadOptionsContext. */
import { LoadOptionsContext } from 'n8n-core';
import {
	deepCopy,
	Workflow,
	type INode,
	type INodeListSearchResult,
	type INodeParameters,
	type INodePropertyOptions,
} from 'n8n-workflow';

import { createAdditionalData } from './additionalData';
import type { EngineParts } from './execution';
import type { NodeClass } from './nodeTypes';

export interface EditorRequest {
	/** The node's parameters as they stand in the editor. */
	parameters?: INodeParameters;
	/** Credential ids by credential type. */
	credentials?: Record<string, string>;
	typeVersion?: number;
	/** Path of the field being filled in. */
	path?: string;
}

export interface ListSearchRequest extends EditorRequest {
	filter?: string;
	paginationToken?: string;
}

/** Runs `methods.listSearch[methodName]`; a numeric pagination token comes back as text, as from n8n's server. */
export async function listSearch(
	parts: EngineParts,
	type: NodeClass | string,
	methodName: string,
	request: ListSearchRequest,
	credentials: INode['credentials'],
): Promise<INodeListSearchResult> {
	const { context, methods, workflow } = createContext(parts, type, request, credentials);
	const method = methods?.listSearch?.[methodName];
	if (!method) throw new Error(`There is no listSearch method "${methodName}"`);
	const result = await workflow.expression.withIsolate(
		async () => await method.call(context, request.filter, request.paginationToken),
	);
	const token: unknown = result.paginationToken;
	return typeof token === 'number' ? { ...result, paginationToken: String(token) } : result;
}

/** Runs `methods.loadOptions[methodName]`. */
export async function loadOptions(
	parts: EngineParts,
	type: NodeClass | string,
	methodName: string,
	request: EditorRequest,
	credentials: INode['credentials'],
): Promise<INodePropertyOptions[]> {
	const { context, methods, workflow } = createContext(parts, type, request, credentials);
	const method = methods?.loadOptions?.[methodName];
	if (!method) throw new Error(`There is no loadOptions method "${methodName}"`);
	return await workflow.expression.withIsolate(async () => await method.call(context));
}

function createContext(
	parts: EngineParts,
	type: NodeClass | string,
	{ parameters = {}, path = '', typeVersion }: EditorRequest,
	credentials: INode['credentials'],
) {
	const { nodeTypes } = parts;
	const name = nodeTypes.nameOf(type);
	const node: INode = {
		id: 'uuid-1234',
		name: 'Temp-Node',
		type: name,
		typeVersion: typeVersion ?? nodeTypes.latestVersion(name),
		position: [0, 0],
		parameters: deepCopy(parameters),
		credentials,
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const additionalData = createAdditionalData(parts, { currentNodeParameters: deepCopy(parameters) });
	const context = new LoadOptionsContext(workflow, node, additionalData, path);
	return { context, workflow, methods: nodeTypes.getByNameAndVersion(name, node.typeVersion).methods };
}
