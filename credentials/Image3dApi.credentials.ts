/**
 * The Image3D account: three ways to sign in, one live token that n8n stores and renews. In: what the user fills in; out:
 * requests with the token, and the credential's test. A renewal that fails says what to do.
 */
import type {
	IAuthenticateGeneric,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestHelper,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { DEFAULT_BASE_URL } from '../nodes/shared/core/api/endpoints';
import { answered, hasNot, rulesOf, withoutSlashes } from '../nodes/shared/n8n/http/credentialTest';
import { renewSession } from '../nodes/shared/n8n/http/renewSession';

const forMethod = (...methods: string[]) => ({ show: { signInMethod: methods } });

/** A token pasted anew counts at once, whatever was stored before. */
const PASTED =
	'($credentials.signInMethod === "idToken" ? $credentials.staticToken.trim().replace(/^bearer\\s+/i, "") : undefined)';

/** As `isOfOtherSignIn` has it: without its token the call gets a 401, and n8n signs in anew. */
const FILLED_IN =
	'($credentials.signInMethod === "emailLink" ? ($credentials.emailLink || "").trim() + "\\n" + ($credentials.email || "").trim() : $credentials.refreshToken.trim())';
const IS_OF_OTHER_SIGN_IN = `$credentials.signedInBy && !$credentials.signedInBy.includes(${FILLED_IN})`;

/** Shown where it is needed, and where the user wants another than the link's. */
const FIREBASE_KEY: INodeProperties = {
	displayName: 'Firebase Web API Key',
	name: 'firebaseApiKey',
	type: 'string',
	typeOptions: { password: true },
	default: '',
};

/** The credential type; n8n asks `preAuthentication` for a new token when the stored one has expired. */
export class Image3dApi implements ICredentialType {
	name = 'image3dApi';

	displayName = 'Image3D API';

	icon: Icon = { light: 'file:image3d.svg', dark: 'file:image3d.dark.svg' };

	documentationUrl = 'https://github.com/image3d/n8n-nodes-image3d/blob/main/docs/credentials/image3d-api.md';

	properties: INodeProperties[] = [
		{
			displayName: 'Sign-In Method',
			name: 'signInMethod',
			type: 'options',
			default: 'emailLink',
			options: [
				{
					name: 'Email Link',
					value: 'emailLink',
					description: 'The easiest way: paste the sign-in link that Image3D sends you by email',
				},
				{
					name: 'Pasted Token',
					value: 'idToken',
					description: 'For a quick try: an ID token, which works for one hour, or an API key of the service',
				},
				{
					name: 'Refresh Token',
					value: 'refreshToken',
					description: 'For accounts that sign in with Google. Stays signed in for months.',
				},
			],
		},
		{
			displayName:
				'On <a href="https://image3d.io" target="_blank">image3d.io</a> choose to sign in by email. You get an email with a link. <b>Copy the link without opening it</b> (right-click, Copy link): it works only once. Paste it below, with your email address. That is all you need: leave the other fields as they are.',
			name: 'unopenedNotice',
			type: 'notice',
			default: '',
			displayOptions: forMethod('emailLink'),
		},
		{
			displayName:
				'Your browser has both values. In Chrome or Edge, sign in at <a href="https://image3d.io" target="_blank">image3d.io</a> and press F12. Open <b>Application > IndexedDB > firebaseLocalStorageDb > firebaseLocalStorage</b> and click the entry. Copy <b>refreshToken</b> and <b>apiKey</b> into the fields below, and leave the other fields as they are.',
			name: 'whereToFind',
			type: 'notice',
			default: '',
			displayOptions: forMethod('refreshToken'),
		},
		{
			displayName:
				'An ID token works for <b>one hour</b>. To stay signed in, use an API key of the service or one of the other two methods.',
			name: 'lifetimeNotice',
			type: 'notice',
			default: '',
			displayOptions: forMethod('idToken'),
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
			placeholder: 'e.g. https://image3d.firebaseapp.com/__/auth/action?…',
			default: '',
			required: true,
			description: 'The whole link from the email. Copy it without opening it: it works only once.',
			displayOptions: forMethod('emailLink'),
		},
		{
			displayName: 'Refresh Token',
			name: 'refreshToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'The value called refreshToken in your browser (see above)',
			displayOptions: forMethod('refreshToken'),
		},
		{
			// Obtained from the link, so that the link is used only once.
			displayName: 'Refresh Token',
			name: 'refreshToken',
			type: 'hidden',
			typeOptions: { password: true },
			default: '',
			displayOptions: forMethod('emailLink'),
		},
		{
			// Tells which link the refresh token was obtained from.
			displayName: 'Link Fingerprint',
			name: 'linkFingerprint',
			type: 'hidden',
			default: '',
			displayOptions: forMethod('emailLink'),
		},
		{
			...FIREBASE_KEY,
			required: true,
			description: 'The value called apiKey in your browser, next to refreshToken',
			displayOptions: forMethod('refreshToken'),
		},
		{
			displayName: 'Token',
			name: 'staticToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'An ID token, which works for one hour, or an API key of the service',
			displayOptions: forMethod('idToken'),
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: DEFAULT_BASE_URL,
			description: 'Address of the Image3D service. Leave it as it is unless you use a sandbox.',
		},
		{
			displayName: 'Enter Another Firebase Key',
			name: 'enterByHand',
			type: 'boolean',
			default: false,
			description:
				'Whether to use another key than the one in the link. Leave this off: the link has all that is needed.',
			displayOptions: forMethod('emailLink'),
		},
		{
			...FIREBASE_KEY,
			description: 'Used instead of the key in the link. Can stay empty.',
			displayOptions: { show: { signInMethod: ['emailLink'], enterByHand: [true] } },
		},
		{
			// What was entered before, or while the switch was on, stays in use.
			displayName: 'Firebase Web API Key',
			name: 'firebaseApiKey',
			type: 'hidden',
			typeOptions: { password: true },
			default: '',
			displayOptions: { show: { signInMethod: ['emailLink'], enterByHand: [false] } },
		},
		{
			displayName: 'Auth Emulator URL',
			name: 'authEmulatorUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. http://127.0.0.1:9099',
			description:
				'Only for a sandbox: address of its Firebase Auth Emulator, on this machine or in its network',
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
			baseURL: `={{ ${withoutSlashes('($credentials.baseUrl || "https://image3d.io")')} }}`,
			url: '/api/balance',
			disableFollowRedirect: true,
		},
		rules: rulesOf([
			answered(
				401,
				'Image3D did not accept the sign-in. Sign in there again, and enter the new link or token here.',
			),
			answered(
				403,
				'Image3D does not let this account in, or a firewall answered instead. Check the Base URL and the network of this n8n, then sign in again.',
			),
			answered(404, 'There is no Image3D at this Base URL. Leave it at https://image3d.io.'),
			answered(407, 'A proxy asks for its own login. Check the proxy settings of this n8n.'),
			answered(
				429,
				'Image3D is receiving too many requests from this account. Wait a little, then test again.',
			),
			...[500, 502, 503, 504].map((status) =>
				answered(status, 'Image3D has a problem at the moment. Wait a little, then test again.'),
			),
			...[301, 302, 307, 308].map((status) =>
				answered(
					status,
					'The Base URL redirects to another address, and your sign-in is never sent there. Enter that address, or https://image3d.io.',
				),
			),
			hasNot(
				'balance',
				'This Base URL does not lead to Image3D. Leave it at https://image3d.io, and check whether a login page is in the way.',
			),
		]),
	};

	async preAuthentication(this: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject) {
		return await renewSession(this, credentials);
	}
}
