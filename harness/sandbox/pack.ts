/** The pack in n8n's engine beside the shared sandbox: what a test of a node opens once, and an account for each case. */
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { Image3dApi } from '../../credentials/Image3dApi.credentials';
import { Image3dN8nApi } from '../../credentials/Image3dN8nApi.credentials';
import { Image3dBalance } from '../../nodes/Image3dBalance/Image3dBalance.node.js';
import { Image3dCheckout } from '../../nodes/Image3dCheckout/Image3dCheckout.node.js';
import { Image3dGenerate } from '../../nodes/Image3dGenerate/Image3dGenerate.node.js';
import { Image3dModel } from '../../nodes/Image3dModel/Image3dModel.node.js';
import { Image3dStatus } from '../../nodes/Image3dStatus/Image3dStatus.node.js';
import { Image3dTrigger } from '../../nodes/Image3dTrigger/Image3dTrigger.node.js';
import type { FaultOrder } from '../../sandbox/faults';
import { createEngine, type Engine, type EngineOptions } from '../engine';
import {
	sharedSandbox,
	type Ledger,
	type SandboxClient,
	type SandboxUser,
	type TaskOrder,
	type UserChange,
	type UserSettings,
} from './sandbox';

export { Image3dBalance, Image3dCheckout, Image3dGenerate, Image3dModel, Image3dStatus, Image3dTrigger };

export type SignInMethod = 'refreshToken' | 'emailLink' | 'idToken';

/** Somebody at the sandbox, with a stored credential. */
export interface Account {
	uid: string;
	user: SandboxUser;
	credentialId: string;
	/** For `runNode` and `poller`. */
	credentials: { image3dApi: string };
	ledger(): Promise<Ledger>;
	/** The ledger in numbers. */
	tally(): Promise<Tally>;
	faults(...faults: FaultOrder[]): Promise<void>;
	clearFaults(): Promise<void>;
	change(change: UserChange): Promise<void>;
	/** A task without the API, free; resolves with its id. */
	addTask(order?: TaskOrder): Promise<string>;
	/** Every text of this account that nobody may read: as given, and as the credential's later writes brought it. */
	secrets(): string[];
}

export interface Tally {
	charges: number;
	/** Calls of each kind that reached the service, whatever came of them. */
	submits: number;
	checks: number;
	downloads: number;
}

export interface AccountOptions {
	signIn?: SignInMethod;
	/** Laid over the credential's data. */
	credential?: ICredentialDataDecryptedObject;
}

export interface Pack {
	engine: Engine;
	sandbox: SandboxClient;
	/** A new user (Pro plan, jobs 200 times as fast, models of a few kilobytes unless told) and their credential. */
	account(settings?: UserSettings, options?: AccountOptions): Promise<Account>;
	close(): Promise<void>;
}

/** One per test file, closed in `afterAll`. */
export async function openPack({
	binaryMode,
	firstExecution,
}: Pick<EngineOptions, 'binaryMode' | 'firstExecution'> = {}): Promise<Pack> {
	const sandbox = sharedSandbox();
	const engine = await createEngine({
		nodes: [Image3dGenerate, Image3dStatus, Image3dBalance, Image3dCheckout, Image3dTrigger, Image3dModel],
		credentialTypes: [Image3dApi, Image3dN8nApi],
		binaryMode,
		firstExecution,
	});
	return {
		engine,
		sandbox,
		account: async (settings, options) => await openAccount(engine, sandbox, settings, options),
		close: async () => await engine.close(),
	};
}

/** For a whole test file: open from its first test to its last. */
export function usePack(options?: Parameters<typeof openPack>[0]): Pack {
	const pack = {} as Pack;
	beforeAll(async () => void Object.assign(pack, await openPack(options)));
	afterAll(async () => await pack.close());
	return pack;
}

async function openAccount(
	engine: Engine,
	sandbox: SandboxClient,
	settings: UserSettings = {},
	{ signIn = 'refreshToken', credential = {} }: AccountOptions = {},
): Promise<Account> {
	const plan = settings.credits === undefined ? { plan: 'pro' as const } : {};
	const user = await sandbox.createUser({ ...plan, speed: 200, tinyModels: true, ...settings });
	const { uid } = user;
	const data = { ...credentialData(sandbox, user, signIn), ...credential };
	const credentialId = await engine.credentials.add('image3dApi', data);
	return {
		uid,
		user,
		credentialId,
		credentials: { image3dApi: credentialId },
		ledger: async () => await sandbox.ledger(uid),
		tally: async () => tallyOf(await sandbox.ledger(uid)),
		faults: async (...faults) => void (await sandbox.addFaults(uid, ...faults)),
		clearFaults: async () => await sandbox.clearFaults(uid),
		change: async (change) => await sandbox.changeUser(uid, change),
		addTask: async (order) => await sandbox.addTask(uid, order),
		secrets: () => {
			const later = engine.credentials.updates.filter(({ id }) => id === credentialId);
			const tokens = later.flatMap(({ data: { idToken, refreshToken } }) => [idToken, refreshToken]);
			const { webApiKey } = sandbox.addresses;
			const all = [webApiKey, user.idToken, user.refreshToken, user.emailLink, ...tokens];
			return [...new Set(all.filter((text): text is string => typeof text === 'string' && text !== ''))];
		},
	};
}

function tallyOf({ charges, requests, downloads }: Ledger): Tally {
	const count = (route: string) => requests.filter((request) => request.route === route).length;
	return {
		charges: charges.length,
		submits: count('generate'),
		checks: count('status'),
		downloads: downloads.length,
	};
}

/** What a user would fill in for the method, and nothing that belongs to another. */
function credentialData(
	{ addresses }: SandboxClient,
	user: SandboxUser,
	signInMethod: SignInMethod,
): ICredentialDataDecryptedObject {
	const { baseUrl, authUrl: authEmulatorUrl, webApiKey: firebaseApiKey } = addresses;
	const fields = {
		refreshToken: { authEmulatorUrl, firebaseApiKey, refreshToken: user.refreshToken },
		emailLink: { authEmulatorUrl, email: user.email, emailLink: user.emailLink },
		idToken: { staticToken: user.idToken },
	};
	return { baseUrl, signInMethod, idToken: '', ...fields[signInMethod] };
}
