/** The sandbox as tests see it: its control plane, and shortcuts for signing in and calling the API. */
import axios, { type AxiosInstance } from 'axios';
import type { Fault, FaultOrder } from '../../sandbox/faults';
import type { ledgerOf } from '../../sandbox/routes/ledgerOf';
import type { Settings } from '../../sandbox/state/settings';
import type { SandboxReady } from './sandboxProcess';

export { startSandboxProcess, type SandboxReady } from './sandboxProcess';

export type UserSettings = Partial<Settings> & { email?: string; credits?: number };
export type UserChange = Partial<Settings> & { credits?: number; disabled?: boolean; revoke?: true };
export type Ledger = ReturnType<typeof ledgerOf>;

export interface SandboxUser {
	uid: string;
	email: string;
	refreshToken: string;
	idToken: string;
	/** The complete magic link as mailed; works once. */
	emailLink: string;
}

export interface TaskOrder {
	prompt?: string;
	quality?: 'fast' | 'standard' | 'pro' | 'ultra';
	state?: 'running' | 'success' | 'failed';
	/** Real seconds until a running task ends; default 30. */
	endsInSeconds?: number;
	/** How a running task ends. */
	outcome?: 'success' | 'failed';
	field?: 'error' | 'message' | 'detail';
	reason?: string;
}

export interface SandboxInfo {
	pid: number;
	rssBytes: number;
	users: number;
}

/** Speaks to one sandbox. Control calls throw on anything but success; `api`, `auth` and `cdn` never do. */
export class SandboxClient {
	private readonly control: AxiosInstance;

	constructor(readonly addresses: Omit<SandboxReady, 'user' | 'pid'> & Partial<SandboxReady>) {
		this.control = axios.create({ baseURL: `${addresses.baseUrl}/sandbox`, proxy: false });
	}

	get baseUrl(): string {
		return this.addresses.baseUrl;
	}

	async createUser(settings: UserSettings = {}): Promise<SandboxUser> {
		return (await this.control.post<SandboxUser>('/users', settings)).data;
	}

	async changeUser(uid: string, change: UserChange): Promise<void> {
		await this.control.patch(`/users/${uid}`, change);
	}

	/** Removes the user with everything recorded; long test runs do this after each case. */
	async removeUser(uid: string): Promise<void> {
		await this.control.delete(`/users/${uid}`);
	}

	async sendEmailLink(uid: string): Promise<string> {
		return (await this.control.post<{ emailLink: string }>(`/users/${uid}/email-link`)).data.emailLink;
	}

	async addFaults(uid: string, ...faults: FaultOrder[]): Promise<Fault[]> {
		return (await this.control.post<{ faults: Fault[] }>(`/users/${uid}/faults`, faults)).data.faults;
	}

	async clearFaults(uid: string): Promise<void> {
		await this.control.delete(`/users/${uid}/faults`);
	}

	async ledger(uid: string): Promise<Ledger> {
		return (await this.control.get<Ledger>(`/users/${uid}/ledger`)).data;
	}

	/** Creates a task without the API, free; returns its id. */
	async addTask(uid: string, order: TaskOrder = {}): Promise<string> {
		return (await this.control.post<{ taskId: string }>(`/users/${uid}/tasks`, order)).data.taskId;
	}

	async info(): Promise<SandboxInfo> {
		return (await this.control.get<SandboxInfo>('/')).data;
	}

	/** The API for one ID token; answers of any status are returned. */
	api(idToken?: string): AxiosInstance {
		const headers = idToken === undefined ? {} : { Authorization: `Bearer ${idToken}` };
		return axios.create({
			baseURL: `${this.addresses.baseUrl}/api`,
			headers,
			proxy: false,
			maxRedirects: 0,
			validateStatus: () => true,
		});
	}

	/** The sign-in service with web API key and referrer as a browser sends them; answers of any status are returned. */
	auth(): AxiosInstance {
		return axios.create({
			baseURL: this.addresses.authUrl,
			params: { key: this.addresses.webApiKey },
			headers: { Referer: `${this.addresses.baseUrl}/` },
			proxy: false,
			validateStatus: () => true,
		});
	}
}

/**
 * The sandbox that Jest's global setup started for all test files (speed 20 unless a user is given another).
 * @throws Error outside of Jest.
 */
export function sharedSandbox(): SandboxClient {
	const ready = process.env.IMAGE3D_SANDBOX;
	if (!ready) throw new Error('IMAGE3D_SANDBOX is not set: the shared sandbox is started by Jest');
	return new SandboxClient(JSON.parse(ready) as SandboxReady);
}
