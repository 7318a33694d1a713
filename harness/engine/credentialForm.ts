/** The credential dialog of the editor: what it shows, what *Test* sends and what *Save* writes. */
import {
	CREDENTIAL_BLANKING_VALUE,
	CREDENTIAL_EMPTY_VALUE,
	deepCopy,
	type ICredentialDataDecryptedObject,
	type INode,
	type INodeCredentialTestResult,
} from 'n8n-workflow';

import type { CredentialStore, CredentialUpdate } from './credentialStore';
import { testCredential } from './credentialTester';
import type { CredentialTypes } from './credentialTypes';
import type { EngineParts } from './execution';

type Data = ICredentialDataDecryptedObject;

export class CredentialDialog {
	constructor(
		private readonly parts: EngineParts,
		private readonly store: CredentialStore,
		private readonly types: CredentialTypes,
	) {}

	/** Every write that `preAuthentication` caused, oldest first. */
	get updates(): CredentialUpdate[] {
		return this.store.updates;
	}

	/** Creates a credential and resolves with its id: the next one unless told. */
	async add(type: string, data: Data, name?: string, id?: string): Promise<string> {
		this.types.getByName(type);
		return await this.store.add(type, data, name, id);
	}

	/** The database fails to give credentials of a type to a running node so many times. */
	fail(type: string, times: number): void {
		this.store.outages.set(type, times);
	}

	/** What the database holds now. */
	async read(id: string): Promise<Data> {
		return await this.store.read(id);
	}

	/** What the dialog shows when it is opened: secrets blanked. */
	async open(id: string): Promise<Data> {
		const data = await this.store.read(id);
		for (const { name, typeOptions } of this.parts.credentialsHelper.getCredentialsProperties(
			this.store.typeOf(id),
		)) {
			if (!typeOptions?.password || !(name in data) || String(data[name]).startsWith('={{')) continue;
			data[name] = String(data[name] ?? '') ? CREDENTIAL_BLANKING_VALUE : CREDENTIAL_EMPTY_VALUE;
		}
		return data;
	}

	/** *Save*: the dialog's own values; secrets that were left blanked keep their stored value. */
	async save(id: string, dialog: Data): Promise<void> {
		await this.store.write(id, await this.restoreSecrets(id, dialog));
	}

	/** *Test* with the values of the dialog, or of the stored credential when none are given. */
	async test(id: string, dialog?: Data): Promise<INodeCredentialTestResult> {
		const data = dialog ? await this.restoreSecrets(id, dialog) : await this.store.read(id);
		const { name } = this.store.reference(id);
		return await testCredential(this.parts, this.types, { id, name, type: this.store.typeOf(id), data });
	}

	/** Ids by type → the references that a node holds. */
	readonly toReferences = (ids?: Record<string, string>): INode['credentials'] =>
		ids && Object.fromEntries(Object.entries(ids).map(([type, id]) => [type, this.store.reference(id)]));

	private async restoreSecrets(id: string, dialog: Data): Promise<Data> {
		const stored = await this.store.read(id);
		const data = deepCopy(dialog);
		for (const [key, value] of Object.entries(data)) {
			if (value === CREDENTIAL_BLANKING_VALUE || value === CREDENTIAL_EMPTY_VALUE) data[key] = stored[key];
		}
		return data;
	}
}
