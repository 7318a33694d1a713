/** The parts of a model by the material that they have: parts in, lists by the material's index in the GLB out. */
import type { Part } from '../../preview/scene/loadGeometry';

/** Keeps the order of the parts; those without a material are under `undefined`. */
export function groupByMaterial(parts: readonly Part[]): Map<number | undefined, Part[]> {
	const groups = new Map<number | undefined, Part[]>();
	for (const part of parts) {
		const group = groups.get(part.materialIndex);
		if (group) group.push(part);
		else groups.set(part.materialIndex, [part]);
	}
	return groups;
}
