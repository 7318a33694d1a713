/** The people of the sandbox: settings, money, tasks, faults and everything that is recorded about them. */
import { type Fault } from '../faults';
import { DEFAULT_PACK_CREDITS, CREDITS_PER_GENERATION, FREE_GENERATIONS } from './money';
import { RequestProblem } from '../problem';
import { type Settings } from './settings';
import { type Task } from './tasks';

export interface Charge {
	taskId: string;
	credits: number;
	/** Milliseconds since 1970, as all times here. */
	at: number;
	idempotencyKey?: string;
	mode: string;
	quality: string;
	/** Paid from the Pro plan's monthly allowance instead of purchased credits. */
	fromAllowance: boolean;
}

export interface RequestRecord {
	route: 'generate' | 'status' | 'balance' | 'checkout';
	method: string;
	at: number;
	/** HTTP status; 0 when the connection ended without an answer, absent while it is open. */
	status?: number;
	/** When the answer ended or the connection was lost. */
	endedAt?: number;
	taskId?: string;
	hasAuthorization: boolean;
	idempotencyKey?: string;
	/** The fault this call met. */
	fault?: string;
}

export interface DownloadRecord {
	taskId: string;
	at: number;
	status: number;
	/** Body bytes handed to the connection. */
	bytes: number;
	complete: boolean;
	hadAuthorization: boolean;
}

export interface User {
	uid: string;
	email: string;
	settings: Settings;
	/** Purchased credits (or the free plan's three generations) left. */
	credits: number;
	faults: Fault[];
	tasks: Map<string, Task>;
	charges: Charge[];
	requests: RequestRecord[];
	downloads: DownloadRecord[];
	refreshes: number;
	signIns: number;
	/** Calls on any port that have not ended. */
	openRequests: number;
	disabled: boolean;
}

/** All users, and an index from task to owner for the CDN. */
export class Users {
	private readonly byUid = new Map<string, User>();
	private readonly ownerOfTask = new Map<string, User>();

	/** Adds somebody; without `credits` the plan decides (free: three generations, pack: a small pack). */
	add(uid: string, email: string, settings: Settings, credits?: number): User {
		const start = {
			free: FREE_GENERATIONS * CREDITS_PER_GENERATION,
			pack: DEFAULT_PACK_CREDITS,
			pro: 0,
		}[settings.plan];
		const user: User = {
			uid,
			email,
			settings,
			credits: credits ?? start,
			faults: [],
			tasks: new Map(),
			charges: [],
			requests: [],
			downloads: [],
			refreshes: 0,
			signIns: 0,
			openRequests: 0,
			disabled: false,
		};
		this.byUid.set(uid, user);
		return user;
	}

	find(uid: string): User | undefined {
		return this.byUid.get(uid);
	}

	findByEmail(email: string): User | undefined {
		for (const user of this.byUid.values()) {
			if (user.email.toLowerCase() === email.toLowerCase()) return user;
		}
		return undefined;
	}

	/** @throws RequestProblem (404) */
	get(uid: string): User {
		const user = this.byUid.get(uid);
		if (!user) throw new RequestProblem(404, `No user ${uid}`);
		return user;
	}

	addTask(user: User, task: Task): void {
		user.tasks.set(task.id, task);
		this.ownerOfTask.set(task.id, user);
	}

	ownerOf(taskId: string): User | undefined {
		return this.ownerOfTask.get(taskId);
	}

	/** Forgets a user and everything recorded; returns the tasks, whose pictures the caller releases. */
	remove(uid: string): Task[] {
		const user = this.get(uid);
		const tasks = [...user.tasks.values()];
		for (const task of tasks) this.ownerOfTask.delete(task.id);
		this.byUid.delete(uid);
		return tasks;
	}

	get size(): number {
		return this.byUid.size;
	}
}
