export interface Arrivals {
	name: string;
	arrived: number;
	total: number;
}
/** Such as `n8n 900 of 2437 packages, about 2 min left`. */
export function describeProgress(parts: Arrivals[], elapsedMs: number): string;
