/** Drives an n8n over the REST interface that its editor uses: credentials, workflows, executions, API keys. */
import { createRequire } from 'node:module';
import { N8nError, RestSession } from './restSession';
import type {
	Credential,
	CredentialInput,
	Execution,
	StoredExecution,
	Workflow,
	WorkflowInput,
} from './types';

// flatted's types say ES module only, though it carries a CommonJS build.
const { parse } = createRequire(__filename)('flatted') as { parse(text: string): unknown };

const POLL_MS = 250;
const ACTIVATION_TIMEOUT_MS = 30_000;

interface Publication {
	status: 'in_progress' | 'published' | string;
	triggers: Array<{ errorMessage: string | null }>;
}

export class N8nClient extends RestSession {
	/** Creates the credential, or gives the one of that name and type this data. */
	async saveCredential(input: CredentialInput): Promise<Credential> {
		const all = await this.call<Credential[]>('GET', '/credentials');
		const known = all.find(({ name, type }) => name === input.name && type === input.type);
		return known
			? await this.call('PATCH', `/credentials/${known.id}`, input)
			: await this.call('POST', '/credentials', input);
	}

	/** Runs the credential's own connection test, as the dialog does after saving. */
	async testCredential(
		credential: CredentialInput & { id: string },
	): Promise<{ status: 'OK' | 'Error'; message: string }> {
		return await this.call('POST', '/credentials/test', { credentials: credential });
	}

	/** The credential with its data; n8n blanks out what is secret. */
	async credential(id: string): Promise<Credential & { data: Record<string, unknown> }> {
		return await this.call('GET', `/credentials/${id}?includeData=true`);
	}

	async deleteCredential(id: string): Promise<void> {
		await this.call('DELETE', `/credentials/${id}`);
	}

	/** Creates the workflow, or replaces the one of that name. */
	async saveWorkflow(input: WorkflowInput): Promise<Workflow> {
		const all = await this.call<Workflow[]>('GET', '/workflows');
		const known = all.find(({ name, isArchived }) => name === input.name && !isArchived);
		const body = { connections: {}, settings: {}, ...input };
		if (!known) return await this.call('POST', '/workflows', { active: false, ...body });
		const { versionId } = await this.workflow(known.id);
		return await this.call('PATCH', `/workflows/${known.id}?forceSave=true`, { ...body, versionId });
	}

	async workflow(id: string): Promise<Workflow> {
		return await this.call('GET', `/workflows/${id}`);
	}

	async workflows(): Promise<Workflow[]> {
		return await this.call('GET', '/workflows');
	}

	async deleteWorkflow(id: string): Promise<void> {
		await this.call('POST', `/workflows/${id}/archive`, {});
		await this.call('DELETE', `/workflows/${id}`);
	}

	/** Publishes the workflow, and waits until its triggers and webhooks are up. Throws when one cannot start. */
	async activate(id: string): Promise<Workflow> {
		const activated = await this.setActive(id, true);
		const deadline = Date.now() + ACTIVATION_TIMEOUT_MS;
		for (;;) {
			const { status, triggers } = await this.publication(id);
			if (status === 'published') return activated;
			if (status !== 'in_progress' || Date.now() > deadline) {
				const reasons = triggers.map(({ errorMessage }) => errorMessage).filter(Boolean);
				throw new Error(`Workflow ${id} was not published, it is ${status}: ${reasons.join('; ')}`);
			}
			await new Promise((resolve) => setTimeout(resolve, POLL_MS));
		}
	}

	async deactivate(id: string): Promise<Workflow> {
		return await this.setActive(id, false);
	}

	/** Starts a manual run at a trigger, as *Execute workflow* does, and returns the execution's id. */
	async run(workflow: Workflow, triggerName: string): Promise<string> {
		const body = { workflowData: workflow, startNodes: [], triggerToStartFrom: { name: triggerName } };
		const path = `/workflows/${workflow.id}/run`;
		return (await this.call<{ executionId: string }>('POST', path, body)).executionId;
	}

	/** One execution with what each node put out. */
	async execution(id: string): Promise<Execution> {
		const stored = await this.call<StoredExecution>('GET', `/executions/${id}`);
		return { ...stored, data: parse(stored.data) as Execution['data'] };
	}

	/** The newest executions, without their data. */
	async executions(workflowId?: string): Promise<Array<Omit<StoredExecution, 'data'>>> {
		const filter = encodeURIComponent(JSON.stringify(workflowId ? { workflowId } : {}));
		const page = await this.call<{ results: Array<Omit<StoredExecution, 'data'>> }>(
			'GET',
			`/executions?filter=${filter}`,
		);
		return page.results;
	}

	/** Waits until an execution has ended, well or badly. Throws when it has not after `timeoutMs`. */
	async waitForExecution(id: string, timeoutMs: number): Promise<Execution> {
		const deadline = Date.now() + timeoutMs;
		for (;;) {
			const isLate = Date.now() > deadline;
			try {
				const stored = await this.call<StoredExecution>('GET', `/executions/${id}`);
				const data = parse(stored.data) as Execution['data'] | undefined;
				// n8n 1.x may tell of the success a moment before it has stored the data.
				const isStored = data !== undefined || stored.status !== 'success' || isLate;
				if (isStored && !['new', 'running', 'waiting'].includes(stored.status)) {
					return { ...stored, data: data as Execution['data'] };
				}
				if (isLate) throw new Error(`Execution ${id} is still ${stored.status} after ${timeoutMs / 1000} s`);
			} catch (error) {
				// n8n 2.20 breaks down over an execution that has no data yet.
				const isEarly = error instanceof N8nError && error.status === 500 && !isLate;
				if (!isEarly) throw error;
			}
			await new Promise((resolve) => setTimeout(resolve, POLL_MS));
		}
	}

	/** Runs a failed execution again and returns the new execution's id. */
	async retry(id: string): Promise<string> {
		const started = await this.call<{ id: string } | boolean>('POST', `/executions/${id}/retry`, {});
		if (typeof started === 'object') return started.id;
		// An older n8n answers when it is over, and only with whether it went well.
		const { workflowId } = await this.execution(id);
		return (await this.executions(workflowId))[0].id;
	}

	async stopExecution(id: string): Promise<void> {
		await this.call('POST', `/executions/${id}/stop`, {});
	}

	/** A key for n8n's public API (`/api/v1`) that never expires, with every right the owner has where none are named. */
	async createApiKey(label: string, scopes?: string[]): Promise<string> {
		const all = async () => await this.call<string[]>('GET', '/api-keys/scopes');
		const body = { label, scopes: scopes ?? (await all()), expiresAt: null };
		return (await this.call<{ rawApiKey: string }>('POST', '/api-keys', body)).rawApiKey;
	}

	private async setActive(id: string, active: boolean): Promise<Workflow> {
		const { versionId } = await this.workflow(id);
		try {
			return active
				? await this.call('POST', `/workflows/${id}/activate`, { versionId })
				: await this.call('POST', `/workflows/${id}/deactivate`, {});
		} catch (error) {
			if (!(error instanceof N8nError && error.status === 404)) throw error;
			// Before there were these routes, it was a field like any other.
			return await this.call('PATCH', `/workflows/${id}`, { active, versionId });
		}
	}

	private async publication(id: string): Promise<Publication> {
		try {
			return await this.call<Publication>('GET', `/workflows/${id}/publication-status`);
		} catch (error) {
			// An n8n without this route has published before it answers.
			if (error instanceof N8nError && error.status === 404) return { status: 'published', triggers: [] };
			throw error;
		}
	}
}
