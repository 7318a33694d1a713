/** The credential types that the engine knows. In: credential classes. Out: look-ups as n8n's own registry answers them. */
import { injectDomainRestrictionFields, type ICredentialType } from 'n8n-workflow';

export type CredentialClass = new () => ICredentialType;

export class CredentialTypes {
	private readonly types = new Map<string, ICredentialType>();

	constructor(classes: CredentialClass[]) {
		for (const credentialClass of classes) {
			const type = new credentialClass();
			type.properties = injectDomainRestrictionFields(type);
			this.types.set(type.name, type);
		}
	}

	/** Throws for a type that the engine was not given. */
	getByName(name: string): ICredentialType {
		const type = this.types.get(name);
		if (!type) throw new Error(`Unrecognized credential type: ${name}`);
		return type;
	}

	has(name: string): boolean {
		return this.types.has(name);
	}

	getParentTypes(name: string): string[] {
		const parents = this.types.get(name)?.extends ?? [];
		return [...parents, ...parents.flatMap((parent) => this.getParentTypes(parent))];
	}
}
