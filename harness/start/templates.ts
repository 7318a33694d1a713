/** Brings the workflows of `templates/` into an n8n: with its credential, and with folders of this machine. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { N8nClient } from '../n8n/client';
import type { Credential, Workflow, WorkflowInput } from '../n8n/types';

export const MAIN_TEMPLATE = 'product-pictures-to-glb.json';

export interface Folders {
	/** Where the pictures are read. */
	pictures: string;
	/** Where the models are written; those that a workflow wants reviewed go into `review` in it. */
	models: string;
}

/** Where in `folders.models` the models go that somebody should look at first. */
export function reviewFolder(folders: Folders): string {
	return join(folders.models, 'review');
}

/** Reads every template of the folder, by file name. */
export function readTemplates(folder: string): Map<string, WorkflowInput> {
	const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
	return new Map(names.map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8'))]));
}

/** Imports templates, replacing the ones imported before. Returns the workflows by file name. */
export async function importTemplates(
	client: N8nClient,
	templates: Map<string, WorkflowInput>,
	settings: { credential: Credential; folders: Folders },
): Promise<Map<string, Workflow>> {
	const imported = new Map<string, Workflow>();
	for (const [name, template] of templates) {
		imported.set(name, await client.saveWorkflow(adapt(template, settings.credential, settings.folders)));
	}
	return imported;
}

/** A copy of a template that uses the credential, and these folders where it has a step that names some. */
function adapt(template: WorkflowInput, credential: Credential, folders: Folders): WorkflowInput {
	const { name, connections, settings, nodes } = structuredClone(template);
	for (const node of nodes) {
		if (node.credentials?.[credential.type]) {
			node.credentials[credential.type] = { id: credential.id, name: credential.name };
		}
		if (node.type !== 'n8n-nodes-base.set') continue;
		const { assignments } = (node.parameters.assignments ?? {}) as {
			assignments?: Array<{ name: string; value: unknown }>;
		};
		const paths: Record<string, string> = { ...folders, review: reviewFolder(folders) };
		for (const assignment of assignments ?? []) {
			const path = Object.hasOwn(paths, assignment.name) ? paths[assignment.name] : undefined;
			// n8n's expressions and globs want forward slashes on Windows too.
			if (path !== undefined) assignment.value = path.replaceAll('\\', '/');
		}
	}
	return { name, connections, settings, nodes };
}
