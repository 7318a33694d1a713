/** The Image3D account: three ways to sign in, one live token that n8n stores and renews. */
import type {
	IAuthenticateGeneric,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestHelper,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { DEFAULT_BASE_URL } from '../nodes/shared/core/api';
import { renewSession } from '../nodes/shared/n8n/signIn';

const forMethod = (...methods: string[]) => ({ show: { signInMethod: methods } });

/** A token pasted anew counts at once, whatever was stored before. */
const PASTED =
	'($credentials.signInMethod === "idToken" ? $credentials.staticToken.trim().replace(/^bearer\\s+/i, "") : undefined)';

/** As `isOfOtherSignIn` has it: without its token the call gets a 401, and n8n signs in anew. */
const FILLED_IN =
	'($credentials.signInMethod === "emailLink" ? $credentials.emailLink : $credentials.refreshToken).trim()';
const IS_OF_OTHER_SIGN_IN = `$credentials.signedInBy && !$credentials.signedInBy.includes(${FILLED_IN})`;

export class Image3dApi implements ICredentialType {
	name = 'image3dApi';

	displayName = 'Image3D API';

	icon: Icon = { light: 'file:image3d.svg', dark: 'file:image3d.dark.svg' };

	documentationUrl = 'https://image3d.io/api-docs/';

	properties: INodeProperties[] = [
		{
			displayName: 'Sign-In Method',
			name: 'signInMethod',
			type: 'options',
			default: 'refreshToken',
			options: [
				{
					name: 'Email Link',
					value: 'emailLink',
					description: 'Paste the sign-in link that Image3D mails to you',
				},
				{
					name: 'Pasted Token',
					value: 'idToken',
					description: 'An ID token, which lives for one hour, or a service API key',
				},
				{ name: 'Refresh Token', value: 'refreshToken', description: 'Stays signed in for months' },
			],
		},
		{
			displayName: 'Email',
			name: 'email',
			type: 'string',
			placeholder: 'name@email.com',
			default: '',
			required: true,
			description: 'The address that the sign-in link was sent to',
			displayOptions: forMethod('emailLink'),
		},
		{
			displayName: 'Email Link',
			name: 'emailLink',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'The whole link from the e-mail. Copy it without opening it: it works only once.',
			displayOptions: forMethod('emailLink'),
		},
		{
			displayName: 'Refresh Token',
			name: 'refreshToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'The Firebase refresh token of your sign-in at Image3D',
			displayOptions: forMethod('refreshToken'),
		},
		{
			// Won from the link, so that the link is used only once.
			displayName: 'Refresh Token',
			name: 'refreshToken',
			type: 'hidden',
			typeOptions: { password: true },
			default: '',
			displayOptions: forMethod('emailLink'),
		},
		{
			// Tells which link the refresh token was won from.
			displayName: 'Link Fingerprint',
			name: 'linkFingerprint',
			type: 'hidden',
			default: '',
			displayOptions: forMethod('emailLink'),
		},
		{
			displayName: 'Firebase Web API Key',
			name: 'firebaseApiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'The key of the Image3D sign-in. With Email Link it can stay empty: the link carries it.',
			displayOptions: forMethod('refreshToken', 'emailLink'),
		},
		{
			displayName: 'Token',
			name: 'staticToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'An ID token (good for one hour) or an API key of the service',
			displayOptions: forMethod('idToken'),
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: DEFAULT_BASE_URL,
			description: 'Address of the service. Leave it as it is unless you try a sandbox.',
		},
		{
			displayName: 'Auth Emulator URL',
			name: 'authEmulatorUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. http://127.0.0.1:9099',
			description: 'Address of the Firebase Auth Emulator that belongs to a sandbox',
			displayOptions: {
				...forMethod('refreshToken', 'emailLink'),
				hide: { baseUrl: [DEFAULT_BASE_URL] },
			},
		},
		{
			// A link or refresh token pasted anew counts at once, though the old token may live for an hour.
			displayName: 'Signed In By',
			name: 'signedInBy',
			type: 'hidden',
			typeOptions: { password: true },
			default: '',
		},
		{
			displayName: 'ID Token',
			name: 'idToken',
			type: 'hidden',
			typeOptions: { expirable: true, password: true },
			default: '',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: {
			headers: {
				Authorization: `=Bearer {{ ${PASTED} ?? (${IS_OF_OTHER_SIGN_IN} ? "" : $credentials.idToken) }}`,
			},
		},
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ ($credentials.baseUrl || "https://image3d.io").trim().replace(/\\/+$/, "") }}',
			url: '/api/balance',
			disableFollowRedirect: true,
		},
	};

	async preAuthentication(this: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject) {
		return await renewSession(this, credentials);
	}
}
