/** A simulated Image3D in virtual time: jobs of known length, a cap on how many run at once, a little latency. */
import { TIERS, type Quality } from '../../nodes/shared/core/api';
import { Pace } from '../../nodes/shared/core/pace';
import { PACE_MS } from '../../nodes/shared/core/limits';
import type { ApiRequest, Reply } from '../../nodes/shared/core/reply';
import type { Service } from '../../nodes/shared/core/watch';
import type { VirtualClock } from '../../test/core/support/virtualClock';

export type ProgressStyle = 'linear' | 'stepwise' | 'none';

export interface Job {
	quality: Quality;
	durationMs: number;
	progress: ProgressStyle;
}

/** The time a request takes, there and back. */
const LATENCY_MS = 50;

export class SimulatedService {
	readonly endsMs = new Map<string, number>();
	statusCalls = 0;
	refusals = 0;
	private readonly started = new Map<string, { job: Job; startMs: number }>();

	constructor(
		private readonly clock: VirtualClock,
		private readonly jobs: readonly Job[],
		private readonly cap = Number.POSITIVE_INFINITY,
	) {}

	asService(): Service {
		return { send: this.send, clock: this.clock, pace: new Pace(this.clock, PACE_MS) };
	}

	/** Submits job number `index` and tells its id. */
	submit(index: number): string {
		const job = this.jobs[index];
		const taskId = `job-${index}`;
		this.started.set(taskId, { job, startMs: this.clock.now() });
		this.endsMs.set(taskId, this.clock.now() + job.durationMs);
		return taskId;
	}

	private send = async (request: ApiRequest): Promise<Reply> => {
		await this.clock.sleep(LATENCY_MS / 2);
		const reply =
			request.method === 'POST' ? this.accept(request) : this.report(request.path.split('/').at(-1)!);
		await this.clock.sleep(LATENCY_MS / 2);
		return reply;
	};

	private accept(request: ApiRequest): Reply {
		const running = [...this.endsMs.values()].filter((endMs) => endMs > this.clock.now()).length;
		if (running >= this.cap) {
			this.refusals++;
			return answer(429, { error: 'too many' }, { 'retry-after': '5' });
		}
		return answer(200, { task_id: this.submit(Number(request.body!.prompt)), status: 'queued' });
	}

	private report(taskId: string): Reply {
		this.statusCalls++;
		const { job, startMs } = this.started.get(taskId)!;
		const share = (this.clock.now() - startMs) / job.durationMs;
		if (share >= 1)
			return answer(200, { status: 'success', progress: 100, model_url: 'https://cdn.example/model.glb' });
		return answer(200, { status: 'processing', progress: progressOf(job.progress, share) });
	}
}

/** 200 jobs of all tiers, 40 % faster to 40 % slower than usual. */
export function makeJobs(count: number, progress: ProgressStyle, random: () => number): Job[] {
	const qualities = Object.keys(TIERS) as Quality[];
	return Array.from({ length: count }, (_, index) => {
		const quality = qualities[index % qualities.length];
		return { quality, progress, durationMs: TIERS[quality].nominalMs * (0.6 + 0.8 * random()) };
	});
}

function progressOf(style: ProgressStyle, share: number): number {
	if (style === 'none') return 0;
	return style === 'linear' ? Math.floor(share * 100) : Math.floor(share * 4) * 25;
}

function answer(status: number, body: object, headers: Record<string, string> = {}): Reply {
	return { kind: 'answer', status, headers, body: JSON.stringify(body) };
}
