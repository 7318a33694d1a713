/**
 * *Test* in the credential dialog, by the rules of n8n's own tester: the declarative `test.request` runs through
 * n8n-core's RoutingNode in a nameless do-nothing node, then `test.rules` judge the answer.
 */
import { ExecuteContext, RoutingNode } from 'n8n-core';
import {
	createEmptyRunExecutionData,
	Workflow,
	type ICredentialDataDecryptedObject,
	type ICredentialTestRequest,
	type IDataObject,
	type INode,
	type INodeCredentialTestResult,
	type INodeType,
	type INodeTypes,
} from 'n8n-workflow';

import { createAdditionalData } from './additionalData';
import type { CredentialsHelper } from './credentialsHelper';
import type { CredentialTypes } from './credentialTypes';
import type { EngineParts } from './execution';

export interface TestSubject {
	id: string;
	name: string;
	type: string;
	/** The values to test, before defaults and expressions. */
	data: ICredentialDataDecryptedObject;
}

/** Never rejects for a failing service: the verdict and its message are what the dialog shows. */
export async function testCredential(
	parts: EngineParts,
	types: CredentialTypes,
	subject: TestSubject,
): Promise<INodeCredentialTestResult> {
	const { test } = types.getByName(subject.type);
	if (!test) return { status: 'Error', message: 'No testing function found for this credential.' };
	let response;
	try {
		const request = { additionalData: createAdditionalData(parts), mode: 'internal' as const };
		const data = await parts.credentialsHelper.applyDefaults(subject.type, subject.data, request);
		response = await sendTestRequest(parts, { ...subject, data }, test);
	} catch (error) {
		return { status: 'Error', message: explainFailure(error as TestError, test) };
	}
	const body = response?.[0]?.[0]?.json ?? {};
	for (const rule of test.rules ?? []) {
		if (rule.type !== 'responseSuccessBody') continue;
		const value = rule.properties.key
			.split('.')
			.reduce<unknown>((at, key) => (at as IDataObject)?.[key], body);
		if (value === rule.properties.value) return { status: 'Error', message: rule.properties.message };
	}
	return { status: 'OK', message: 'Connection successful!' };
}

interface TestError extends Error {
	cause?: { code?: string; response?: { status: number; statusText?: string } };
}

function explainFailure(error: TestError, { rules = [] }: ICredentialTestRequest): string {
	const response = error.cause?.response;
	if (response) {
		for (const rule of rules) {
			if (rule.type === 'responseCode' && rule.properties.value === response.status)
				return rule.properties.message;
		}
		if (response.status < 199 || response.status > 299) {
			return response.statusText || `Received HTTP status code: ${response.status}`;
		}
	} else if (error.cause?.code) {
		return error.cause.code;
	}
	return error.message.toString();
}

async function sendTestRequest(parts: EngineParts, subject: TestSubject, test: ICredentialTestRequest) {
	const noOp = parts.nodeTypes.getByNameAndVersion('n8n-nodes-base.noOp');
	const node: INode = {
		id: 'temp',
		parameters: {},
		name: 'Temp-Node',
		type: noOp.description.name,
		typeVersion: 1,
		position: [0, 0],
		credentials: { [subject.type]: { id: subject.id, name: subject.name } },
	};
	const nodeType = withTestRequest(noOp, subject.type, test);
	const nodeTypes = {
		getByNameAndVersion: () => nodeType,
		getByName: () => nodeType,
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: nodeTypes as unknown as INodeTypes,
	});
	const additionalData = createAdditionalData(parts, { currentNodeParameters: node.parameters });
	additionalData.credentialsHelper = withTestedData(parts.credentialsHelper, subject.data);
	const context = new ExecuteContext(
		workflow,
		node,
		additionalData,
		'internal',
		createEmptyRunExecutionData(),
		0,
		[],
		{ main: [[{ json: {} }]] },
		{ node, data: {}, source: null },
		[],
	);
	return await workflow.expression.withIsolate(
		async () => await new RoutingNode(context, nodeType, subject).runNode(),
	);
}

function withTestRequest(
	type: INodeType,
	credentialType: string,
	{ request }: ICredentialTestRequest,
): INodeType {
	return {
		description: {
			...type.description,
			credentials: [{ name: credentialType, required: true }],
			properties: [{ displayName: 'Temp', name: 'temp', type: 'string', routing: { request }, default: '' }],
		},
	};
}

/** The request sees the values under test; whatever is stored goes to the stored credential. */
function withTestedData(helper: CredentialsHelper, data: ICredentialDataDecryptedObject): CredentialsHelper {
	const getDecrypted: CredentialsHelper['getDecrypted'] = async (...args) =>
		args[5] ? await helper.getDecrypted(...args) : data;
	return new Proxy(helper, {
		get(target, key) {
			if (key === 'getDecrypted') return getDecrypted;
			const value: unknown = Reflect.get(target, key);
			return typeof value === 'function' ? (value.bind(target) as unknown) : value;
		},
	});
}
