/** The sandbox's numbers. Those marked (documented) come from the service's documentation, the rest are its own. */

/** Nominal seconds of a job per tier (documented). */
export const TIER_SECONDS = { fast: 10, standard: 10, pro: 30, ultra: 60 } as const;

/** Face count aimed at per tier; each lies inside the documented range. */
export const TIER_FACES = { fast: 11_000, standard: 20_000, pro: 50_000, ultra: 600_000 } as const;

/** Engine per tier (documented: Trellis for fast and standard, Hunyuan3D v3 for pro and ultra). */
export const TIER_PROVIDER = {
	fast: 'trellis',
	standard: 'trellis',
	pro: 'hunyuan3d-v3',
	ultra: 'hunyuan3d-v3',
} as const;

export type Quality = keyof typeof TIER_SECONDS;

/** Credits of one generation, whatever the tier: an assumption, the service documents no prices. */
export const CREDITS_PER_GENERATION = 10;

/** Generations of the free plan, in all (documented). */
export const FREE_GENERATIONS = 3;

/** Generations of the Pro plan per calendar month, UTC (documented). */
export const PRO_GENERATIONS_PER_MONTH = 150;

/** Credits a `pack` user has unless told otherwise. */
export const DEFAULT_PACK_CREDITS = 100;

/** Jobs one user may have running at once (documented for Pro, used for every plan). */
export const MAX_RUNNING_JOBS = 5;

/** Largest decoded picture, bytes. */
export const MAX_IMAGE_BYTES = 20 * 1024 * 1024;

/** Largest request body, bytes: a picture of that size in base64 (4/3) and room for the other fields. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** Longest prompt, characters. */
export const MAX_PROMPT_LENGTH = 10_000;

/** Share of a job's duration during which it is `queued`. */
export const QUEUED_SHARE = 0.04;

/** Seconds an ID token lives (documented: one hour). */
export const TOKEN_LIFETIME_SECONDS = 3600;

/** Seconds a `model_url` may be used before it answers 403. */
export const MODEL_URL_LIFETIME_SECONDS = 600;

/** Milliseconds a verified token is believed without asking the emulator again. */
export const VERIFIED_TOKEN_TTL_MS = 60_000;

/** Milliseconds the auth emulator may take to start. */
export const EMULATOR_START_MS = 90_000;

/** Milliseconds a `hang` fault holds a request unless told otherwise. */
export const DEFAULT_HANG_MS = 60_000;

/** Milliseconds a `slow` fault stretches an answer over unless told otherwise, and the pieces it comes in. */
export const DEFAULT_SLOW_MS = 2_000;
export const SLOW_PIECES = 8;

/** Milliseconds between two bytes of a `drip` fault unless told otherwise. */
export const DEFAULT_DRIP_MS = 200;

/** Bytes of finished models kept in memory. */
export const MODEL_CACHE_BYTES = 160 * 1024 * 1024;

/** Bytes of padding generated at a time. */
export const PADDING_CHUNK_BYTES = 256 * 1024;
