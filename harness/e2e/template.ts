/** A template after the import, as a user completes it: credentials chosen, fields filled in. */
import type { Credential, CredentialInput, Execution, Item, Workflow } from '../n8n/types';
import type { TestStage } from './stage';

export interface Completion {
	/** Chosen wherever a step wants one of their types. */
	credentials?: Credential[];
	/** Parameters by the step's name. */
	fields?: Record<string, Record<string, unknown>>;
	/** Values of a step that holds settings, by the step's name. */
	settings?: Record<string, Record<string, string>>;
	/** One row each in the step *Ideas*, in place of those that the template has. */
	ideas?: readonly string[];
}

/** Saves the credential in the suite's n8n and tests nothing. */
export async function addCredentialOf(
	{ client }: Pick<TestStage, 'client'>,
	input: CredentialInput,
): Promise<Credential> {
	return { ...(await client.saveCredential(input)), name: input.name, type: input.type };
}

/** Completes the imported workflow and saves it. */
export async function completeTemplate(
	{ client }: Pick<TestStage, 'client'>,
	workflow: Workflow,
	{ credentials = [], fields = {}, settings = {}, ideas }: Completion,
): Promise<Workflow> {
	const { name, connections, settings: ofWorkflow } = workflow;
	const nodes = structuredClone(workflow.nodes);
	for (const node of nodes) {
		for (const { id, name: chosen, type } of credentials) {
			if (node.credentials?.[type]) node.credentials[type] = { id, name: chosen };
		}
		Object.assign(node.parameters, fields[node.name]);
		const list = (node.parameters.assignments ?? {}) as { assignments?: Setting[] };
		if (node.name === 'Ideas' && ideas !== undefined) {
			const others = list.assignments?.filter(({ name }) => !name.startsWith('ideas.')) ?? [];
			list.assignments = [...others, ...ideas.map(toRow)];
		}
		for (const setting of list.assignments ?? [])
			setting.value = settings[node.name]?.[setting.name] ?? setting.value;
	}
	return await client.saveWorkflow({ name, nodes, connections, settings: ofWorkflow });
}

interface Setting {
	id?: string;
	name: string;
	value: unknown;
	type?: string;
}

function toRow(value: string, index: number): Setting {
	return { id: `idea-${index}`, name: `ideas.number${index}`, value, type: 'string' };
}

/** What a step put out on its output `index`, over all its runs. */
export function outputOf({ data }: Execution, step: string, index = 0): Item[] {
	const runs = data.resultData.runData[step] ?? [];
	return runs.flatMap((run) => run.data?.main?.[index] ?? []);
}
