/** What n8n hands to every execution besides the workflow: addresses, the credentials helper, hooks. */
import { ExternalSecretsProxy } from 'n8n-core';
import type { IWorkflowExecuteAdditionalData } from 'n8n-workflow';

import type { CredentialsHelper } from './credentialsHelper';
import { Container } from './n8nCoreModules';
import type { WorkflowDatabase } from './workflowDatabase';

const BASE_URL = 'http://localhost:5678/';

export interface AdditionalDataSources {
	credentialsHelper: CredentialsHelper;
	database: WorkflowDatabase;
}

/** The base that n8n makes anew for each execution, activation and editor request. */
export function createAdditionalData(
	{ credentialsHelper, database }: AdditionalDataSources,
	more: Partial<IWorkflowExecuteAdditionalData> = {},
): IWorkflowExecuteAdditionalData {
	return {
		currentNodeExecutionIndex: 0,
		credentialsHelper,
		externalSecretsProxy: Container.get(ExternalSecretsProxy),
		variables: {},
		restApiUrl: `${BASE_URL}rest`,
		instanceBaseUrl: BASE_URL,
		formBaseUrl: `${BASE_URL}form`,
		formTestBaseUrl: `${BASE_URL}form-test`,
		formWaitingBaseUrl: `${BASE_URL}form-waiting`,
		webhookBaseUrl: `${BASE_URL}webhook`,
		webhookTestBaseUrl: `${BASE_URL}webhook-test`,
		webhookWaitingBaseUrl: `${BASE_URL}webhook-waiting`,
		mcpBaseUrl: `${BASE_URL}mcp`,
		mcpTestBaseUrl: `${BASE_URL}mcp-test`,
		getRunExecutionData: async (executionId) => database.readExecution(executionId).data,
		logAiEvent: () => {},
		getRuntimeCredential: async () => undefined,
		executeWorkflow: async () => await missing('Sub-workflows'),
		startRunnerTask: async () => await missing('Task runners'),
		...more,
	};
}

async function missing(what: string): Promise<never> {
	throw new Error(`${what} are not part of this engine`);
}
