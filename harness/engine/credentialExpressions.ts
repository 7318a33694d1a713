/** Defaults and expressions of a credential: stored data in, the data that a node's request sees out. */
import { getAdditionalKeys } from 'n8n-core';
import {
	NodeHelpers,
	Workflow,
	type ICredentialDataDecryptedObject,
	type ICredentialsExpressionResolveValues,
	type IExecuteData,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodeTypes,
	type IWorkflowExecuteAdditionalData,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

const EMPTY_NODE: INode = {
	id: 'mock',
	name: '',
	type: 'mock',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

const emptyNodeTypes = {
	getByName: () => ({ description: { properties: [] } }),
	getByNameAndVersion: () => ({ description: { properties: [] } }),
	getKnownTypes: () => ({}),
} as unknown as INodeTypes;

export interface ResolveRequest {
	additionalData: IWorkflowExecuteAdditionalData;
	mode: WorkflowExecuteMode;
	executeData?: IExecuteData;
	/** Present in an execution: expressions may then use the item. */
	values?: ICredentialsExpressionResolveValues;
}

/** Fills in the defaults of `properties` and resolves expressions, in the order in which n8n does it. */
export async function resolveCredential(
	properties: INodeProperties[],
	stored: ICredentialDataDecryptedObject,
	{ additionalData, mode, executeData, values }: ResolveRequest,
): Promise<ICredentialDataDecryptedObject> {
	const filled = NodeHelpers.getNodeParameters(
		properties,
		stored as INodeParameters,
		true,
		false,
		null,
		null,
	) as ICredentialDataDecryptedObject;
	// n8n keeps these two although a credential type may not declare them.
	for (const key of ['allowedHttpRequestDomains', 'allowedDomains']) {
		if (filled[key] === undefined && stored[key] !== undefined) filled[key] = stored[key];
	}
	const keys = getAdditionalKeys(additionalData, mode, null, { isCredential: true });
	if (values) {
		return values.workflow.expression.getParameterValue(
			filled as INodeParameters,
			values.runExecutionData,
			values.runIndex,
			values.itemIndex,
			values.node.name,
			values.connectionInputData,
			mode,
			keys,
			executeData,
			false,
			filled as INodeParameters,
		) as ICredentialDataDecryptedObject;
	}
	const workflow = new Workflow({
		nodes: [EMPTY_NODE],
		connections: {},
		active: false,
		nodeTypes: emptyNodeTypes,
	});
	return await workflow.expression.withIsolate(
		async () =>
			workflow.expression.getComplexParameterValue(
				EMPTY_NODE,
				filled as INodeParameters,
				mode,
				keys,
				undefined,
				undefined,
				filled as INodeParameters,
			) as ICredentialDataDecryptedObject,
	);
}
