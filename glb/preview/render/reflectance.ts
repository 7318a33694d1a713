/** How much light a surface mirrors, by angle and roughness: what it mirrors from the front in, its share out. */

/** For the roughness and angle of the last `reflectAt`; one for all, to allocate nothing. */
const share = { scale: 1, bias: 0 };

/** What of a color is left on average over all angles, besides what is mirrored from the front (Schlick's Fresnel). */
const AVERAGE_EDGE = 1 / 21;

/** Karis 2014, "Physically Based Shading on Mobile". */
export function reflectAt(roughness: number, cosine: number): void {
	const r0 = 1 - roughness;
	const r1 = 0.0425 - 0.0275 * roughness;
	const fresnel = Math.min(r0 * r0, 2 ** (-9.28 * cosine)) * r0 + r1;
	share.scale = 1.04 - 0.572 * roughness - 1.04 * fresnel;
	share.bias = 1.04 * fresnel - 0.04 + 0.022 * roughness;
}

/** The share of light that is mirrored once. */
export function mirrored(front: number, edge: number): number {
	return front * share.scale + edge * share.bias;
}

/**
 * The share that leaves after it was mirrored between the bumps of a rough surface, from all around; without it a rough
 * metal is brown (Fdez-Agüera 2019, "A Multiple-Scattering Microfacet Model for Real-Time Image Based Lighting").
 */
export function mirroredOften(front: number): number {
	const kept = 1 - share.scale - share.bias;
	const average = front + (1 - front) * AVERAGE_EDGE;
	return (kept * mirrored(front, 1) * average) / (1 - kept * average);
}
