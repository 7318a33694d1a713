/** The quality tiers: how long a job takes, how many faces it has and which engine makes it. */

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
