/** The Image3D service as everything in the core reaches it: nothing but what an adapter hands in. */
import type { Clock } from '../concurrency/clock';
import type { Throttle } from '../concurrency/throttle';
import type { Send } from './response';

/** The gap between two status calls of one run, so that 50 tasks in flight do not come as one burst. */
export const PACE_MS = 100;

/** All that the core needs of the world to ask the service. */
export interface Service {
	send: Send;
	clock: Clock;
	/** Shared by all status calls of a run. */
	pace: Throttle;
	/** Told when a request is sent again because the one before failed. */
	onRetry?: () => void;
}
