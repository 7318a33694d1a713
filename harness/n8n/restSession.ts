/** A signed-in conversation with an n8n, as its editor holds it: a cookie, and a browser id that the cookie is bound to. */
import { randomUUID } from 'node:crypto';
import axios, { isAxiosError, type AxiosInstance } from 'axios';
import type { Owner } from './types';

export class RestSession {
	private readonly http: AxiosInstance;

	constructor(readonly url: string) {
		// Loopback by number: `localhost` may resolve to an address that n8n does not listen on.
		this.http = axios.create({
			baseURL: url.replace('//localhost:', '//127.0.0.1:'),
			proxy: false,
			maxContentLength: Infinity,
			maxBodyLength: Infinity,
			// n8n binds a session to the browser that opened it.
			headers: { 'browser-id': randomUUID() },
		});
	}

	/** Creates the owner on an n8n that has none, else signs in as the owner. */
	async signIn(owner: Owner): Promise<void> {
		const settings = await this.call<{ userManagement: { showSetupOnFirstLoad?: boolean } }>(
			'GET',
			'/settings',
		);
		const path = settings.userManagement.showSetupOnFirstLoad ? '/owner/setup' : '/login';
		const body = path === '/login' ? { emailOrLdapLoginId: owner.email, password: owner.password } : owner;
		const answer = await this.http.post(`/rest${path}`, body).catch(explain('POST', path));
		const cookies = answer.headers['set-cookie'] ?? [];
		this.http.defaults.headers.common.Cookie = cookies.map((cookie) => cookie.split(';')[0]).join('; ');
	}

	/** The bytes behind a binary field's `id`. */
	async binary(id: string): Promise<Buffer> {
		const path = `/binary-data?action=download&id=${encodeURIComponent(id)}`;
		const answer = await this.http
			.get<ArrayBuffer>(`/rest${path}`, { responseType: 'arraybuffer' })
			.catch(explain('GET', '/binary-data'));
		return Buffer.from(answer.data);
	}

	/** Any other call: `path` below `/rest`; returns the answer's `data`. Throws with n8n's own message. */
	async call<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, data?: unknown): Promise<T> {
		const answer = await this.http
			.request<{ data: T }>({ method, url: `/rest${path}`, data })
			.catch(explain(method, path));
		return answer.data.data;
	}
}

/** What n8n said when it refused a call. */
export class N8nError extends Error {
	constructor(
		message: string,
		/** The HTTP status; undefined when there was no answer. */
		readonly status?: number,
	) {
		super(message);
	}
}

/** axios's errors carry the request with its cookie and body: they are replaced by n8n's own words. */
function explain(method: string, path: string): (error: unknown) => never {
	return (error) => {
		if (!isAxiosError<{ message?: string }>(error)) throw error;
		const said = error.response?.data?.message ?? error.message;
		const status = error.response?.status;
		const call = `${method} ${path.split('?')[0]}`;
		throw new N8nError(`n8n answered ${status ?? 'nothing'} to ${call}: ${said}`, status);
	};
}
