/** This n8n's own public API, through which the trigger reads a Data Table. */
import type {
	IAuthenticateGeneric,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

export class Image3dN8nApi implements ICredentialType {
	name = 'image3dN8nApi';

	displayName = 'Image3D N8n API';

	icon: Icon = { light: 'file:image3d.svg', dark: 'file:image3d.dark.svg' };

	documentationUrl = 'https://docs.n8n.io/api/authentication/';

	properties: INodeProperties[] = [
		{
			displayName: 'Instance URL',
			name: 'instanceUrl',
			type: 'string',
			default: 'http://localhost:5678',
			required: true,
			description: 'Address of this n8n, as you open it in the browser',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'In n8n under Settings > n8n API. It needs to list Data Tables and read their rows.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { 'X-N8N-API-KEY': '={{ $credentials.apiKey }}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ $credentials.instanceUrl.trim().replace(/\\/+$/, "") }}',
			url: '/api/v1/data-tables?limit=1',
			disableFollowRedirect: true,
		},
	};
}
