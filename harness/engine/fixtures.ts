/** Node and credential types for the engine's own tests, and the loopback service that they talk to. */
import {
	NodeApiError,
	NodeConnectionTypes,
	NodeOperationError,
	sleep,
	VersionedNodeType,
	type ICredentialDataDecryptedObject,
	type ICredentialTestRequest,
	type ICredentialType,
	type IDataObject,
	type IExecuteFunctions,
	type IHttpRequestHelper,
	type INodeExecutionData,
	type INodeProperties,
	type INodeType,
	type INodeTypeDescription,
	type IAuthenticateGeneric,
	type ILoadOptionsFunctions,
	type IPollFunctions,
	type JsonObject,
} from 'n8n-workflow';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Service {
	url: string;
	/** `METHOD path authorization`, in the order of arrival. */
	calls: string[];
	validToken: string;
	close(): Promise<void>;
}

/** `POST /refresh` mints the next token; `GET` answers 401 to any other, 500 to `/broken` and waits on `/slow`. */
export async function startService(): Promise<Service> {
	const calls: string[] = [];
	let minted = 0;
	const server = createServer((request: IncomingMessage, response) => {
		const { method, url, headers } = request;
		calls.push(`${method} ${url} ${headers.authorization ?? '-'}`);
		const answer = (status: number, body: object) => {
			response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
		};
		if (url === '/refresh') {
			service.validToken = `token-${++minted}`;
			answer(200, { token: service.validToken, refresh: `refresh-${minted}` });
		} else if (headers.authorization !== `Bearer ${service.validToken}`) {
			answer(401, { error: 'expired' });
		} else if (url === '/broken') {
			answer(500, { error: 'broken' });
		} else if (url !== '/slow') {
			answer(200, { path: url, credits: 7 });
		}
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const service: Service = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		calls,
		validToken: 'none yet',
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return service;
}

export class TokenApi implements ICredentialType {
	name = 'tokenApi';

	displayName = 'Token API';

	properties: INodeProperties[] = [
		{ displayName: 'Token', name: 'token', type: 'hidden', typeOptions: { expirable: true }, default: '' },
		{ displayName: 'URL', name: 'url', type: 'string', default: 'http://127.0.0.1' },
		{ displayName: 'Refresh', name: 'refresh', type: 'string', typeOptions: { password: true }, default: '' },
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { Authorization: '=Bearer {{$credentials.token}}' } },
	};

	test: ICredentialTestRequest = {
		request: { baseURL: '={{$credentials.url}}', url: '/balance' },
		rules: [
			{ type: 'responseSuccessBody', properties: { key: 'credits', value: 0, message: 'No credits' } },
		] as never,
	};

	async preAuthentication(this: IHttpRequestHelper, credentials: ICredentialDataDecryptedObject) {
		const url = `${credentials.url as string}/refresh`;
		return (await this.helpers.httpRequest({ method: 'POST', url })) as IDataObject;
	}
}

const describeNode = (name: string, more: Partial<INodeTypeDescription>): INodeTypeDescription => ({
	name,
	displayName: name,
	description: name,
	group: ['transform'],
	version: 1,
	defaults: { name },
	inputs: [NodeConnectionTypes.Main],
	outputs: [NodeConnectionTypes.Main],
	credentials: [{ name: 'tokenApi', required: true }],
	properties: [],
	...more,
});

const PATH: INodeProperties = { displayName: 'Path', name: 'path', type: 'string', default: '' };

/** GETs `path` once per item. */
export class Fetch implements INodeType {
	description = describeNode('fetch', { properties: [{ ...PATH, required: true }] });

	methods = {
		listSearch: {
			async find(this: ILoadOptionsFunctions, filter?: string, paginationToken?: string) {
				const { url } = await this.getCredentials<{ url: string }>('tokenApi');
				const path = this.getCurrentNodeParameter('path') as string;
				const request = { url: `${url}${path}`, json: true };
				const body = (await this.helpers.httpRequestWithAuthentication.call(
					this,
					'tokenApi',
					request,
				)) as IDataObject;
				const results = [{ name: `${filter}:${body.path as string}`, value: 'a' }];
				return { results, paginationToken: Number(paginationToken ?? 0) + 1 } as never;
			},
		},
	};

	async execute(this: IExecuteFunctions) {
		const output: INodeExecutionData[] = [];
		for (const item of this.getInputData().keys()) {
			try {
				const { url } = await this.getCredentials<{ url: string }>('tokenApi');
				const path = this.getNodeParameter('path', item) as string;
				const json = (await this.helpers.httpRequestWithAuthentication.call(this, 'tokenApi', {
					url: `${url}${path}`,
					json: true,
				})) as IDataObject;
				output.push({ json, pairedItem: { item } });
			} catch (error) {
				if (!this.continueOnFail())
					throw new NodeApiError(this.getNode(), error as JsonObject, { itemIndex: item });
				output.push({ json: { error: (error as Error).message }, pairedItem: { item } });
			}
		}
		return [output];
	}
}

/** Counts its attempts in the node context and fails until `succeedAt`. */
export class Stubborn implements INodeType {
	description = describeNode('stubborn', {
		credentials: [],
		properties: [{ displayName: 'Succeed At', name: 'succeedAt', type: 'number', default: 2 }],
	});

	async execute(this: IExecuteFunctions) {
		const context = this.getContext('node');
		context.attempts = ((context.attempts as number) ?? 0) + 1;
		this.sendMessageToUI(`attempt ${context.attempts}`);
		this.addExecutionHints({ message: `tried ${context.attempts}`, location: 'outputPane' });
		if ((context.attempts as number) < (this.getNodeParameter('succeedAt', 0) as number)) {
			throw new NodeOperationError(this.getNode(), `attempt ${context.attempts} failed`);
		}
		return [[{ json: { attempts: context.attempts } as IDataObject }]];
	}
}

/** Waits until it is cancelled, in slices, and says so. */
export class Waiter implements INodeType {
	description = describeNode('waiter', { credentials: [] });

	static stopped = 0;

	async execute(this: IExecuteFunctions) {
		const signal = this.getExecutionCancelSignal();
		while (!signal?.aborted) await sleep(5);
		Waiter.stopped++;
		return [this.getInputData()];
	}
}

/** Reads `binary.data`, and puts the same bytes out in upper case. */
export class Shout implements INodeType {
	description = describeNode('shout', { credentials: [] });

	async execute(this: IExecuteFunctions) {
		const bytes = await this.helpers.getBinaryDataBuffer(0, 'data');
		const shouted = Buffer.from(bytes.toString().toUpperCase());
		const data = await this.helpers.prepareBinaryData(shouted, 'loud.txt', 'text/plain');
		return [[{ json: {}, binary: { data } }]];
	}
}

/** Emits a count at every second poll; keeps the count in static data. */
export class EverySecond implements INodeType {
	description = describeNode('everySecond', {
		group: ['trigger'],
		polling: true,
		inputs: [],
		credentials: [{ name: 'tokenApi' }],
		properties: [PATH],
	});

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		const state = this.getWorkflowStaticData('node');
		state.polls = ((state.polls as number) ?? 0) + 1;
		if (this.getNodeParameter('path') === '/throw') throw new Error('poll failed');
		if ((state.polls as number) % 2 === 1 && this.getMode() !== 'manual') return null;
		return [[{ json: { polls: state.polls, budget: this.getPollBudgetMs?.() ?? null } as IDataObject }]];
	}
}

class NamesItsVersion implements INodeType {
	description;

	constructor(version: number) {
		this.description = describeNode('versioned', { credentials: [], version });
	}

	async execute(this: IExecuteFunctions) {
		return [[{ json: { version: this.getNode().typeVersion } }]];
	}
}

/** Two versions; each puts out its own number. */
export class Versioned extends VersionedNodeType {
	constructor() {
		const { name, displayName, description, group } = describeNode('versioned', {});
		const base = { name, displayName, description, group, defaultVersion: 2 };
		super({ 1: new NamesItsVersion(1), 2: new NamesItsVersion(2) }, base);
	}
}
