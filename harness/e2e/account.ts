/** Somebody at a suite's sandbox, with a credential for it in the suite's n8n: faults, tasks and what was charged. */
import type { Credential } from '../n8n/types';
import { SandboxClient, type SandboxUser, type UserSettings } from '../sandbox/sandbox';
import type { TestStage } from './stage';

export interface StageAccount {
	uid: string;
	user: SandboxUser;
	credential: Credential;
	/** For a node of a workflow. */
	credentials: { image3dApi: { id: string; name: string } };
	sandbox: SandboxClient;
}

let accounts = 0;

/** A new user on the Pro plan whose models are a few kilobytes, unless told otherwise, and their credential. */
export async function addAccount(
	{ client, sandbox }: Pick<TestStage, 'client' | 'sandbox'>,
	settings: UserSettings = {},
): Promise<StageAccount> {
	const control = new SandboxClient(sandbox);
	const user = await control.createUser({ plan: 'pro', tinyModels: true, ...settings });
	const name = `Image3D account of a test ${++accounts}`;
	const data = {
		baseUrl: sandbox.baseUrl,
		signInMethod: 'refreshToken',
		firebaseApiKey: sandbox.webApiKey,
		refreshToken: user.refreshToken,
		authEmulatorUrl: sandbox.authUrl,
	};
	const credential = await client.saveCredential({ name, type: 'image3dApi', data });
	const credentials = { image3dApi: { id: credential.id, name } };
	return { uid: user.uid, user, credential, credentials, sandbox: control };
}
