/** What can be set per user: plan, speed, token lifetime and the looks of jobs and models. */
import { RequestProblem } from '../problem';

export const PLANS = ['free', 'pack', 'pro'] as const;
export type Plan = (typeof PLANS)[number];

/**
 * How a job reports progress: `linear`; `stepwise` in quarters; `none` leaves the field out; `zero` says 0 to the
 * end; `stuck` stays at 40; `backward` falls back now and then.
 */
export const PROGRESS_STYLES = ['linear', 'stepwise', 'none', 'zero', 'stuck', 'backward'] as const;
export type ProgressStyle = (typeof PROGRESS_STYLES)[number];

export interface Settings {
	plan: Plan;
	/** Jobs take their tier's seconds divided by this. */
	speed: number;
	/** Seconds an ID token lives. */
	tokenLifetimeSeconds: number;
	/** Every refresh gives a new refresh token and ends the old one. */
	rotateRefreshTokens: boolean;
	progress: ProgressStyle;
	/** 0.4 makes durations vary evenly by ±40 %. */
	jitter: number;
	/** Starts the sequence the jitter is drawn from. */
	seed: number;
	/** Pads models to this many bytes; 0 leaves them as they are. */
	modelSizeBytes: number;
	/** Models of a few kilobytes, made at once. */
	tinyModels: boolean;
	/** Seconds a `model_url` works. */
	modelUrlLifetimeSeconds: number;
	/** The web API key works only with `Referer: <baseUrl>/`, as a key restricted by referrer. */
	requireReferer: boolean;
	/** Task ids are JSON numbers. */
	numericIds: boolean;
	/** HTTP status for a token that has expired or was revoked: 401, or 403 as some gateways answer. */
	deadTokenStatus: number;
}

type Check = (value: unknown) => boolean;
const isNumberFrom =
	(lowest: number): Check =>
	(value) =>
		typeof value === 'number' && Number.isFinite(value) && value >= lowest;
const isBoolean: Check = (value) => typeof value === 'boolean';

const CHECKS: Record<keyof Settings, Check> = {
	plan: (value) => PLANS.includes(value as Plan),
	speed: (value) => isNumberFrom(0)(value) && value !== 0,
	tokenLifetimeSeconds: isNumberFrom(1),
	rotateRefreshTokens: isBoolean,
	progress: (value) => PROGRESS_STYLES.includes(value as ProgressStyle),
	jitter: (value) => isNumberFrom(0)(value) && (value as number) < 1,
	seed: isNumberFrom(0),
	modelSizeBytes: isNumberFrom(0),
	tinyModels: isBoolean,
	modelUrlLifetimeSeconds: isNumberFrom(0),
	requireReferer: isBoolean,
	numericIds: isBoolean,
	deadTokenStatus: (value) => value === 401 || value === 403,
};

/**
 * Picks the settings out of a control request.
 * @param others names of further fields that this request may carry.
 * @throws RequestProblem (400) on a value that makes no sense and on any unknown field, so that typing errors in
 * tests are noticed.
 */
export function parseSettings(input: Record<string, unknown>, others: string[]): Partial<Settings> {
	const settings: Record<string, unknown> = {};
	for (const [name, value] of Object.entries(input)) {
		if (others.includes(name) || value === undefined) continue;
		if (!(name in CHECKS)) throw new RequestProblem(400, `Unknown setting "${name}"`);
		if (!CHECKS[name as keyof Settings](value)) {
			throw new RequestProblem(400, `Setting "${name}" cannot be ${JSON.stringify(value)}`);
		}
		settings[name] = value;
	}
	return settings as Partial<Settings>;
}
