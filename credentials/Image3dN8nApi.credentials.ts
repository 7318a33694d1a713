/**
 * This n8n's own public API, through which the trigger reads a Data Table and a run remembers paid models in one. In:
 * address and key; out: requests with the key. The test says what is wrong with either.
 */
import type {
	IAuthenticateGeneric,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { answered, hasNot, rulesOf, withoutSlashes } from '../nodes/shared/n8n/http/credentialTest';

/** The credential type: the address of an n8n and a key for its API. */
export class Image3dN8nApi implements ICredentialType {
	name = 'image3dN8nApi';

	displayName = 'Image3D N8n API';

	icon: Icon = { light: 'file:image3d.svg', dark: 'file:image3d.dark.svg' };

	documentationUrl =
		'https://github.com/image3d/n8n-nodes-image3d/blob/main/docs/credentials/image3d-n8n-api.md';

	properties: INodeProperties[] = [
		{
			displayName:
				'In this n8n open <b>Settings > n8n API</b> and create an API key. Set <b>Expiration</b> to <b>No Expiration</b>. If your n8n lets you choose scopes: Image3D Trigger needs <b>dataTable:list</b> and <b>dataTableRow:read</b>. <b>Remember Paid Models</b> in Image3D Generate also needs <b>dataTableRow:create</b> and <b>dataTableRow:update</b>, and <b>dataTableColumn:create</b> to add the columns to its table.',
			name: 'keyNotice',
			type: 'notice',
			default: '',
		},
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
			description:
				'From Settings > n8n API, without an expiration, with the scopes dataTable:list and dataTableRow:read; for Remember Paid Models also dataTableRow:create, dataTableRow:update and dataTableColumn:create',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { 'X-N8N-API-KEY': '={{ $credentials.apiKey.trim() }}' } },
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: `={{ ${withoutSlashes('$credentials.instanceUrl')} }}`,
			url: '/api/v1/data-tables?limit=1',
			disableFollowRedirect: true,
		},
		rules: rulesOf([
			answered(
				401,
				'This n8n does not know the API key, or it has expired. Create a new one under Settings > n8n API without an expiration, and copy the whole of it.',
			),
			answered(
				403,
				'The API key may not list Data Tables. Give it the scopes dataTable:list and dataTableRow:read under Settings > n8n API.',
			),
			answered(
				404,
				'There is no API with Data Tables at this Instance URL. Check the address; n8n has them from version 2.7 on, and N8N_PUBLIC_API_DISABLED must not be set.',
			),
			answered(429, 'This n8n is receiving too many requests. Wait a little, then test again.'),
			...[301, 302, 307, 308].map((status) =>
				answered(
					status,
					'The Instance URL redirects to another address, and the key is never sent there. Enter that address (most likely with https instead of http).',
				),
			),
			...[500, 502, 503, 504].map((status) =>
				answered(
					status,
					'This n8n, or a proxy in front of it, has a problem. Wait a little, then test again.',
				),
			),
			hasNot(
				'data',
				"This Instance URL does not lead to n8n's API. Enter the address of this n8n as you open it in the browser, without a path.",
			),
		]),
	};
}
