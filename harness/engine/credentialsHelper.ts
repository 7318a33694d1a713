/**
 * The credentials helper that n8n's request helpers call, with the rules of n8n's own (`credentials-helper.ts` of
 * 2.41.1): defaults and expressions, generic and function authentication, and when `preAuthentication` runs and stores.
 */
import {
	getCredentialOwnRequestAllowedDomains,
	ICredentialsHelper,
	isExpression,
	NodeHelpers,
	type ICredentialDataDecryptedObject,
	type ICredentialsExpressionResolveValues,
	type IDataObject,
	type IExecuteData,
	type IHttpRequestHelper,
	type IHttpRequestOptions,
	type INode,
	type INodeCredentialsDetails,
	type INodeProperties,
	type IRequestOptionsSimplified,
	type IWorkflowExecuteAdditionalData,
	type Workflow,
	type WorkflowExecuteMode,
} from 'n8n-workflow';

import { authenticateRequest } from './credentialAuthentication';
import { resolveCredential, type ResolveRequest } from './credentialExpressions';
import type { CredentialStore } from './credentialStore';
import type { CredentialTypes } from './credentialTypes';

export class CredentialsHelper extends ICredentialsHelper {
	constructor(
		private readonly types: CredentialTypes,
		private readonly store: CredentialStore,
	) {
		super();
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		options: IHttpRequestOptions | IRequestOptionsSimplified,
		workflow?: Workflow,
		node?: INode,
	): Promise<IHttpRequestOptions> {
		const type = this.types.getByName(typeName);
		return await authenticateRequest(type, credentials, options as IHttpRequestOptions, workflow, node);
	}

	async preAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		node: INode,
		credentialsExpired: boolean,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const type = this.types.getByName(typeName);
		const expirable = type.properties.find(
			(property) => property.type === 'hidden' && property.typeOptions?.expirable === true,
		);
		if (!expirable || typeof type.preAuthentication !== 'function') return undefined;
		// n8n has a third reason, a credential test, that never holds: its tester's node is not of the type it looks for.
		if (credentials[expirable.name] !== '' && !credentialsExpired) return undefined;
		const output = await type.preAuthentication.call(restrictToDomains(helpers, credentials), credentials);
		if (output[expirable.name] === undefined || !node.credentials) return undefined;
		await this.storeOutput(node.credentials[type.name], type.name, expirable.name, output);
		return Object.assign(credentials, output);
	}

	async runPreAuthentication(
		helpers: IHttpRequestHelper,
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
	): Promise<ICredentialDataDecryptedObject | undefined> {
		const { preAuthentication } = this.types.getByName(typeName);
		if (typeof preAuthentication !== 'function') return undefined;
		const output = await preAuthentication.call(restrictToDomains(helpers, credentials), credentials);
		return (output ?? undefined) as ICredentialDataDecryptedObject | undefined;
	}

	getParentTypes(name: string): string[] {
		return this.types.getParentTypes(name);
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	async getCredentials(reference: INodeCredentialsDetails, type: string) {
		return this.store.load(reference.id, type);
	}

	async getDecrypted(
		additionalData: IWorkflowExecuteAdditionalData,
		reference: INodeCredentialsDetails,
		type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		raw?: boolean,
		values?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const stored = await this.store.load(reference.id, type).getData();
		if (raw) return stored;
		return await this.applyDefaults(type, stored, { additionalData, mode, executeData, values });
	}

	/** Stored or typed-in data → the data that a request sees. */
	async applyDefaults(
		type: string,
		data: ICredentialDataDecryptedObject,
		request: ResolveRequest,
	): Promise<ICredentialDataDecryptedObject> {
		return await resolveCredential(this.getCredentialsProperties(type), data, request);
	}

	async updateCredentials(
		reference: INodeCredentialsDetails,
		type: string,
		data: ICredentialDataDecryptedObject,
	): Promise<void> {
		this.store.load(reference.id, type);
		await this.store.update(reference.id as string, data);
	}

	async updateCredentialsOauthTokenData(): Promise<void> {
		throw new Error('OAuth credentials are not part of this engine');
	}

	getCredentialsProperties(type: string): INodeProperties[] {
		const { extends: parents = [], properties } = this.types.getByName(type);
		if (parents.length === 0) return properties;
		const merged: INodeProperties[] = [];
		for (const parent of parents)
			NodeHelpers.mergeNodeProperties(merged, this.getCredentialsProperties(parent));
		NodeHelpers.mergeNodeProperties(merged, properties);
		return merged;
	}

	/** A stored expression outlives what was computed for it; only the expirable property is always replaced. */
	private async storeOutput(
		reference: INodeCredentialsDetails,
		type: string,
		expirableName: string,
		output: IDataObject,
	): Promise<void> {
		const stored = await this.store.load(reference.id, type).getData();
		const merged = { ...stored };
		for (const [key, value] of Object.entries(output)) {
			if (key !== expirableName && isExpression(stored[key])) continue;
			merged[key] = value as ICredentialDataDecryptedObject[string];
		}
		await this.updateCredentials(reference, type, merged);
	}
}

function restrictToDomains(
	helpers: IHttpRequestHelper,
	credentials: ICredentialDataDecryptedObject,
): IHttpRequestHelper {
	const httpRequest = async (options: IHttpRequestOptions): Promise<unknown> => {
		const allowedDomains = getCredentialOwnRequestAllowedDomains(credentials);
		if (allowedDomains === undefined) return await helpers.helpers.httpRequest(options);
		return await helpers.helpers.httpRequest({ ...options, allowedDomains });
	};
	return { helpers: { httpRequest } } as IHttpRequestHelper;
}
