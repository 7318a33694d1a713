/** Jobs of a simulated service: how long they take and what they say of their progress on the way. */
import { type Quality, TIERS } from '../../nodes/shared/core/api/endpoints';
import type { ApiResponse } from '../../nodes/shared/core/api/response';
import { answer } from './replies';

/** How a job reports: 0–100 as a whole number, or nothing. `share` is the part of its time that has passed, 0–1. */
export type ProgressStyle = (share: number) => number | undefined;

export const PROGRESS_STYLES = {
	linear: (share) => Math.floor(100 * share),
	stepwise: (share) => 25 * Math.floor(4 * share),
	none: () => undefined,
	/** Runs evenly to 60 % of its progress within 40 % of its time, then says 60 till the end. */
	stuck: (share) => Math.min(60, Math.floor(150 * share)),
	/** Starts over at half-time. */
	backward: (share) => Math.floor(share < 0.5 ? 160 * share : 100 * (share - 0.5)),
	/** Says 100 long before its end. */
	early: (share) => Math.min(100, Math.floor(200 * share)),
} satisfies Record<string, ProgressStyle>;

export interface SimulatedJob {
	quality: Quality;
	durationMs: number;
	report: ProgressStyle;
}

/** As many jobs of every tier, each taking its usual time ± 40 %. */
export function makeJobs(count: number, random: () => number, report: ProgressStyle): SimulatedJob[] {
	const qualities = Object.keys(TIERS) as Quality[];
	return Array.from({ length: count }, (_, index) => {
		const quality = qualities[index % qualities.length];
		return { quality, durationMs: TIERS[quality].nominalMs * (0.6 + 0.8 * random()), report };
	});
}

/** What the service says of a job `sinceMs` after it was submitted. */
export function statusOf(job: SimulatedJob, sinceMs: number): ApiResponse {
	if (sinceMs >= job.durationMs) {
		return answer(200, { status: 'success', progress: 100, model_url: 'https://cdn.test/m.glb' });
	}
	const progress = job.report(sinceMs / job.durationMs);
	return answer(200, { status: 'processing', ...(progress === undefined ? {} : { progress }) });
}
