/** A simulated Image3D in virtual time: jobs of known length, a cap on how many run at once, a little latency. */
import { PACE_MS } from '../../nodes/shared/core/api/service';
import { Throttle } from '../../nodes/shared/core/concurrency/throttle';
import type { ApiRequest, ApiResponse } from '../../nodes/shared/core/api/response';
import type { Service } from '../../nodes/shared/core/api/service';
import { answer } from '../../harness/simulation/replies';
import { type SimulatedJob, statusOf } from '../../harness/simulation/simulatedJobs';
import type { VirtualClock } from '../../harness/simulation/virtualClock';

/** The time a request takes, there and back. */
const LATENCY_MS = 50;

export class SimulatedService {
	readonly endsMs = new Map<string, number>();
	statusCalls = 0;
	refusals = 0;
	private readonly started = new Map<string, { job: SimulatedJob; startMs: number }>();

	constructor(
		private readonly clock: VirtualClock,
		private readonly jobs: readonly SimulatedJob[],
		private readonly cap = Number.POSITIVE_INFINITY,
	) {}

	asService(): Service {
		return { send: this.send, clock: this.clock, pace: new Throttle(this.clock, PACE_MS) };
	}

	/** Submits job number `index` and tells its id. */
	submit(index: number): string {
		const job = this.jobs[index];
		const taskId = `job-${index}`;
		this.started.set(taskId, { job, startMs: this.clock.now() });
		this.endsMs.set(taskId, this.clock.now() + job.durationMs);
		return taskId;
	}

	private send = async (request: ApiRequest): Promise<ApiResponse> => {
		await this.clock.sleep(LATENCY_MS / 2);
		const reply = request.method === 'POST' ? this.accept(request) : this.report(request.path);
		await this.clock.sleep(LATENCY_MS / 2);
		return reply;
	};

	private accept(request: ApiRequest): ApiResponse {
		const running = [...this.endsMs.values()].filter((endMs) => endMs > this.clock.now()).length;
		if (running >= this.cap) {
			this.refusals++;
			return answer(429, { error: 'too many' }, { 'retry-after': '5' });
		}
		return answer(200, {
			task_id: this.submit(Number((request.body as { prompt: string }).prompt)),
			status: 'queued',
		});
	}

	private report(path: string): ApiResponse {
		this.statusCalls++;
		const { job, startMs } = this.started.get(path.split('/').at(-1)!)!;
		return statusOf(job, this.clock.now() - startMs);
	}
}
