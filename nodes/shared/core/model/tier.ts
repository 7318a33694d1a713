/** Whether a model is what its quality tier promises: the service's "Quality Tiers" table against the facts. */
import type { ModelFacts } from './facts';

interface Tier {
	minFaces: number;
	maxFaces: number;
	/** Whether the tier promises PBR textures; a tier that promises none is not failed by having some. */
	pbr: boolean;
}

/** Source: the API documentation's "Quality Tiers" (8K–15K, 15K–25K, 40K–60K, up to 1M faces). */
export const QUALITY_TIERS: Readonly<Record<string, Tier>> = {
	fast: { minFaces: 8_000, maxFaces: 15_000, pbr: false },
	standard: { minFaces: 15_000, maxFaces: 25_000, pbr: false },
	pro: { minFaces: 40_000, maxFaces: 60_000, pbr: true },
	ultra: { minFaces: 1, maxFaces: 1_000_000, pbr: true },
};

/** Whether faces and PBR fit the documented range of `quality`; undefined for a tier the documentation lacks. */
export function withinTier(facts: Pick<ModelFacts, 'faces' | 'pbr'>, quality: string): boolean | undefined {
	const tier = Object.hasOwn(QUALITY_TIERS, quality) ? QUALITY_TIERS[quality] : undefined;
	if (!tier) return undefined;
	return facts.faces >= tier.minFaces && facts.faces <= tier.maxFaces && (facts.pbr || !tier.pbr);
}
