/** The few nodes of n8n's own package that test workflows need; each is a real node type that the engine executes. */
import {
	NodeConnectionTypes,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeType,
	type INodeTypeDescription,
	type ITriggerFunctions,
} from 'n8n-workflow';

const describe = (
	name: string,
	displayName: string,
	more: Partial<INodeTypeDescription> = {},
): INodeTypeDescription => ({
	name,
	displayName,
	description: displayName,
	group: ['transform'],
	version: 1,
	defaults: { name: displayName },
	inputs: [NodeConnectionTypes.Main],
	outputs: [NodeConnectionTypes.Main],
	properties: [],
	...more,
});

class ManualTrigger implements INodeType {
	description = describe('manualTrigger', 'Start', { group: ['trigger'], inputs: [] });

	async trigger(this: ITriggerFunctions) {
		return { manualTriggerFunction: async () => this.emit([this.helpers.returnJsonArray([{}])]) };
	}
}

class NoOp implements INodeType {
	description = describe('noOp', 'No Operation, do nothing');

	async execute(this: IExecuteFunctions) {
		return [this.getInputData()];
	}
}

class StopAndError implements INodeType {
	description = describe('stopAndError', 'Stop and Error', {
		outputs: [],
		properties: [{ displayName: 'Error Message', name: 'errorMessage', type: 'string', default: '' }],
	});

	async execute(this: IExecuteFunctions): Promise<never> {
		throw new NodeOperationError(this.getNode(), this.getNodeParameter('errorMessage', 0) as string);
	}
}

/** What the HTTP Request node does with a *predefined credential type*: the legacy authenticated request. */
class HttpRequest implements INodeType {
	description = describe('httpRequest', 'HTTP Request', {
		properties: [
			{ displayName: 'URL', name: 'url', type: 'string', default: '' },
			{ displayName: 'Credential Type', name: 'nodeCredentialType', type: 'string', default: '' },
		],
	});

	async execute(this: IExecuteFunctions) {
		const json = await this.helpers.requestWithAuthentication.call(
			this,
			this.getNodeParameter('nodeCredentialType', 0) as string,
			{ uri: this.getNodeParameter('url', 0) as string, method: 'GET', json: true },
		);
		return [this.helpers.returnJsonArray(json)];
	}
}

export const builtinNodes = [ManualTrigger, NoOp, StopAndError, HttpRequest];
