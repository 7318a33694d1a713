/**
 * The credentials table of n8n's database. In: credential data. Out: the same, kept encrypted with n8n's cipher in
 * between, so that nothing survives by being the same object.
 */
import { Credentials } from 'n8n-core';
import type { ICredentialDataDecryptedObject, INodeCredentialsDetails } from 'n8n-workflow';

/** One write of a running node or credential test (not of `add` or `save`) into the stored credential. */
export interface CredentialUpdate {
	id: string;
	type: string;
	data: ICredentialDataDecryptedObject;
}

interface Row {
	name: string;
	type: string;
	data: string;
}

export class CredentialStore {
	/** Every update made by n8n's `preAuthentication` step, oldest first. */
	readonly updates: CredentialUpdate[] = [];

	/** The next loads of a type that the database fails to answer. */
	readonly outages = new Map<string, number>();

	private readonly rows = new Map<string, Row>();

	async add(
		type: string,
		data: ICredentialDataDecryptedObject,
		name = type,
		id = `credential-${this.rows.size + 1}`,
	): Promise<string> {
		this.rows.set(id, { name, type, data: '' });
		await this.write(id, data);
		return id;
	}

	/** The reference that a node holds in its `credentials`. */
	reference(id: string): INodeCredentialsDetails {
		return { id, name: this.row(id).name };
	}

	typeOf(id: string): string {
		return this.row(id).type;
	}

	/** The encrypted credential; rejects for an unknown id or another type, as n8n does. */
	load(id: string | null, type: string): Credentials {
		const failures = this.outages.get(type) ?? 0;
		this.outages.set(type, Math.max(0, failures - 1));
		if (failures > 0) throw new Error('Connection terminated unexpectedly');
		const row = id === null ? undefined : this.rows.get(id);
		if (!id || row?.type !== type)
			throw new Error(`Credential with ID "${id}" does not exist for type "${type}".`);
		return new Credentials({ id, name: row.name }, type, row.data);
	}

	/** The decrypted data as the database holds it now: no defaults, no expressions resolved. */
	async read(id: string): Promise<ICredentialDataDecryptedObject> {
		return await this.load(id, this.row(id).type).getData();
	}

	async write(id: string, data: ICredentialDataDecryptedObject): Promise<void> {
		const row = this.row(id);
		const credentials = new Credentials({ id, name: row.name }, row.type);
		await credentials.setData(data);
		row.data = credentials.getDataToSave().data as string;
	}

	async update(id: string, data: ICredentialDataDecryptedObject): Promise<void> {
		await this.write(id, data);
		this.updates.push({ id, type: this.row(id).type, data: await this.read(id) });
	}

	private row(id: string): Row {
		const row = this.rows.get(id);
		if (!row) throw new Error(`There is no credential ${id}`);
		return row;
	}
}
