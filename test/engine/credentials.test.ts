/** The engine harness treats credentials as a real n8n does: when they are refreshed, and what is stored. */
import { CREDENTIAL_BLANKING_VALUE } from 'n8n-workflow';

import { createEngine, type Engine } from '../../harness/engine';
import { Fetch, startService, TokenApi, type Service } from '../../harness/engine/fixtures';

let engine: Engine;
let service: Service;

beforeAll(async () => {
	service = await startService();
	engine = await createEngine({ nodes: [Fetch], credentialTypes: [TokenApi] });
});

afterAll(async () => {
	await engine.close();
	await service.close();
});

beforeEach(() => {
	service.calls.length = 0;
	engine.credentials.updates.length = 0;
});

const parameters = { path: '/a' };

describe('an expirable credential', () => {
	it('is refreshed before the first request when it is empty, and stored', async () => {
		const tokenApi = await engine.credentials.add('tokenApi', { url: service.url, refresh: 'first' });
		const result = await engine.runNode(Fetch, { parameters, credentials: { tokenApi } });
		expect(result.error).toBeUndefined();
		const token = service.validToken;
		expect(service.calls).toEqual(['POST /refresh -', `GET /a Bearer ${token}`]);
		expect(await engine.credentials.read(tokenApi)).toMatchObject({ url: service.url, token });
		expect(engine.credentials.updates).toMatchObject([{ id: tokenApi, type: 'tokenApi', data: { token } }]);
	});

	it('is refreshed once on 401, and the request repeated', async () => {
		const tokenApi = await engine.credentials.add('tokenApi', {
			url: service.url,
			token: 'stale',
			refresh: 'r',
		});
		const result = await engine.runNode(Fetch, { parameters, credentials: { tokenApi } });
		expect(result.error).toBeUndefined();
		expect(service.calls).toEqual([
			'GET /a Bearer stale',
			'POST /refresh -',
			`GET /a Bearer ${service.validToken}`,
		]);
		expect(engine.credentials.updates).toHaveLength(1);
	});

	it('is used as it is while it works', async () => {
		const tokenApi = await engine.credentials.add('tokenApi', {
			url: service.url,
			token: service.validToken,
		});
		await engine.runNode(Fetch, { parameters, credentials: { tokenApi } });
		expect(service.calls).toEqual([`GET /a Bearer ${service.validToken}`]);
	});

	it('does not overwrite a stored expression with what was computed for it', async () => {
		const refresh = "={{ 'from an expression' }}";
		const tokenApi = await engine.credentials.add('tokenApi', { url: service.url, refresh });
		await engine.runNode(Fetch, { parameters, credentials: { tokenApi } });
		expect(await engine.credentials.read(tokenApi)).toMatchObject({ refresh, token: service.validToken });
	});

	it('authenticates the HTTP Request node as a predefined credential type', async () => {
		const tokenApi = await engine.credentials.add('tokenApi', { url: service.url });
		const result = await engine.runNode('n8n-nodes-base.httpRequest', {
			parameters: { url: `${service.url}/b`, nodeCredentialType: 'tokenApi' },
			credentials: { tokenApi },
		});
		expect(result.items[0].json).toMatchObject({ path: '/b' });
	});
});

describe('the credential dialog', () => {
	it('passes its test, and what the sign-in returned is stored', async () => {
		const id = await engine.credentials.add('tokenApi', { url: service.url });
		expect(await engine.credentials.test(id)).toEqual({ status: 'OK', message: 'Connection successful!' });
		expect(service.calls).toEqual(['POST /refresh -', `GET /balance Bearer ${service.validToken}`]);
		expect(await engine.credentials.read(id)).toMatchObject({ token: service.validToken });
	});

	it('signs in for a test when the tested token is empty or refused, and not while it works', async () => {
		const id = await engine.credentials.add('tokenApi', { url: service.url });
		await engine.credentials.test(id);
		service.calls.length = 0;
		await engine.credentials.test(id);
		expect(service.calls).toEqual([`GET /balance Bearer ${service.validToken}`]);
		service.calls.length = 0;
		await engine.credentials.test(id, { url: service.url, token: 'stale' });
		expect(service.calls).toEqual([
			'GET /balance Bearer stale',
			'POST /refresh -',
			`GET /balance Bearer ${service.validToken}`,
		]);
	});

	it('tells why a test failed', async () => {
		const id = await engine.credentials.add('tokenApi', { url: 'http://127.0.0.1:1', token: 'any' });
		expect(await engine.credentials.test(id)).toEqual({ status: 'Error', message: 'ECONNREFUSED' });
	});

	it('overwrites on Save what the test stored, and keeps a blanked secret', async () => {
		const id = await engine.credentials.add('tokenApi', { url: service.url, token: '', refresh: 'typed' });
		const dialog = await engine.credentials.open(id);
		expect(dialog).toMatchObject({ refresh: CREDENTIAL_BLANKING_VALUE, token: '' });
		await engine.credentials.test(id, dialog);
		expect(await engine.credentials.read(id)).toMatchObject({ token: service.validToken });
		await engine.credentials.save(id, dialog);
		expect(await engine.credentials.read(id)).toMatchObject({ token: '', url: service.url });
	});

	it('keeps stored data encrypted, and logs without printing', async () => {
		await engine.credentials.add('tokenApi', { url: service.url, refresh: 'top secret' });
		await engine.runNode(Fetch, { parameters });
		expect(engine.logs.length).toBeGreaterThan(0);
		expect(JSON.stringify(engine.logs)).not.toContain('top secret');
	});
});

describe('listSearch', () => {
	it('runs in a load options context with the credential and the fields of the editor', async () => {
		const tokenApi = await engine.credentials.add('tokenApi', { url: service.url });
		const request = { parameters, credentials: { tokenApi }, filter: 'x', paginationToken: '4' };
		expect(await engine.listSearch(Fetch, 'find', request)).toEqual({
			results: [{ name: 'x:/a', value: 'a' }],
			paginationToken: '5',
		});
	});
});
