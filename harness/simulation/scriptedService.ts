/** A service that answers by script, after a latency on the virtual clock, and keeps what it was asked and when. */
import { Throttle } from '../../nodes/shared/core/concurrency/throttle';
import type { ApiRequest, ApiResponse, Send } from '../../nodes/shared/core/api/response';
import type { Service } from '../../nodes/shared/core/api/service';
import type { VirtualClock } from './virtualClock';

export interface AskedRequest extends ApiRequest {
	/** When it was asked, in the clock's milliseconds. */
	atMs: number;
}

/** A reply, or how to make one when the request has arrived. */
export type ScriptedReply = ApiResponse | ((request: AskedRequest) => ApiResponse);

export class ScriptedService implements Service {
	readonly asked: AskedRequest[] = [];
	readonly pace: Throttle;
	retries = 0;

	/** `script`: one reply after the other, or one for everything. A request beyond the script is an error. */
	constructor(
		readonly clock: VirtualClock,
		private readonly script: ScriptedReply[] | ScriptedReply,
		private readonly latencyMs = 0,
	) {
		this.pace = new Throttle(clock, 0);
	}

	readonly send: Send = async (request) => {
		const asked = { ...request, atMs: this.clock.now() };
		this.asked.push(asked);
		const scripted = Array.isArray(this.script) ? this.script[this.asked.length - 1] : this.script;
		if (scripted === undefined) throw new Error(`Request ${this.asked.length} is beyond the script`);
		await this.travel();
		const reply = typeof scripted === 'function' ? scripted(asked) : scripted;
		await this.travel();
		return reply;
	};

	/** Half of the latency. Not a sleep: those belong to the core. */
	private async travel(): Promise<void> {
		if (this.latencyMs === 0) return;
		await new Promise<void>((resolve) => this.clock.after(this.latencyMs / 2, resolve));
	}

	readonly onRetry = () => {
		this.retries++;
	};

	/** The time between each request and the one before. */
	get gapsMs(): number[] {
		return this.asked.slice(1).map((request, index) => request.atMs - this.asked[index].atMs);
	}
}
