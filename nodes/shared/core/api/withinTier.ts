/**
 * Whether a model is what its quality tier promises: facts in, the verdict by the service's "Quality Tiers" table out; none
 * for a quality that is not in it.
 */
import { tierOf } from './endpoints';
import type { ModelFacts } from '../../../../glb/facts';

/**
 * Whether faces and PBR fit the documented range of `quality`; undefined for a tier the documentation lacks. A tier
 * that promises no PBR textures is not failed by having some.
 */
export function withinTier(facts: Pick<ModelFacts, 'faces' | 'pbr'>, quality: string): boolean | undefined {
	const tier = tierOf(quality);
	if (!tier) return undefined;
	return facts.faces >= tier.faces.min && facts.faces <= tier.faces.max && (facts.pbr || !tier.pbr);
}
