/** The Image3D credential of the sandbox's demo user. */
import type { N8nClient } from '../n8n/client';
import type { Credential } from '../n8n/types';
import type { RunningSandbox } from './startSandbox';

/**
 * Saves the credential by the email-link method, as somebody who just got the sign-in mail would, and tests it.
 * Throws with the test's own message when it fails.
 */
export async function addCredential(client: N8nClient, sandbox: RunningSandbox): Promise<Credential> {
	const input = {
		name: 'Image3D account',
		type: 'image3dApi',
		data: {
			baseUrl: sandbox.baseUrl,
			signInMethod: 'emailLink',
			email: sandbox.user.email,
			emailLink: sandbox.user.emailLink,
			firebaseApiKey: '',
			refreshToken: '',
			authEmulatorUrl: sandbox.authUrl,
		},
	};
	const credential = await client.saveCredential(input);
	const test = await client.testCredential({ ...input, id: credential.id });
	if (test.status !== 'OK') throw new Error(`The credential's connection test failed: ${test.message}`);
	return credential;
}
