/** A credential type's `authenticate`: the credential's data and a request in, the request with its secrets out. */
import {
	isExpression,
	type IAuthenticateGeneric,
	type ICredentialDataDecryptedObject,
	type ICredentialType,
	type IHttpRequestOptions,
	type INode,
	type Workflow,
} from 'n8n-workflow';

/** Changes the request in place for the generic form, as n8n does, and leaves it alone when there is no form. */
export async function authenticateRequest(
	{ authenticate }: ICredentialType,
	credentials: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
	workflow?: Workflow,
	node?: INode,
): Promise<IHttpRequestOptions> {
	if (!authenticate) return request;
	if (typeof authenticate === 'function') return await authenticate(credentials, request);
	if (!workflow || !node) throw new Error('Workflow and node are required for declarative authentication');
	request.headers ??= {};
	if (authenticate.type === 'generic') {
		fillSections(request, authenticate, (value) => resolveValue(value, credentials, workflow, node));
	}
	return request;
}

function fillSections(
	request: IHttpRequestOptions,
	{ properties }: IAuthenticateGeneric,
	resolve: (value: string) => string,
): void {
	const sections = request as unknown as Record<string, Record<string, unknown>>;
	for (const [section, fields] of Object.entries(properties)) {
		for (const [key, value] of Object.entries(fields as Record<string, string>)) {
			sections[section] ||= {};
			sections[section][resolve(key)] = resolve(value);
		}
	}
}

function resolveValue(
	value: string,
	credentials: ICredentialDataDecryptedObject,
	workflow: Workflow,
	node: INode,
): string {
	if (!isExpression(value)) return value;
	const keys = { $credentials: credentials } as never;
	const resolved = workflow.expression.getSimpleParameterValue(node, value, 'internal', keys, undefined, '');
	return resolved ? String(resolved) : '';
}
