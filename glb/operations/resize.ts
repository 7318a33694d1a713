/**
 * A model in its real size: a GLB and a wanted length in, the same GLB with one node above each scene out. Nothing of
 * the geometry is touched or encoded again, so skins, animations and compression survive.
 */
import { boundingBoxOf, toBoundingBox, type BoundingBox } from '../facts/boundingBox';
import { readGlbJson, type Unreadable } from '../facts/glbHead';
import { listOf, type Gltf, type GltfNode } from '../facts/gltf';
import { walkScene } from '../facts/walkScene';
import { chunksAfterJson, joinGlb } from './container';

/** Along which of the model's extents the length is measured; glTF's y points up, and its front faces +z. */
export type Dimension = 'longest' | 'width' | 'height' | 'depth';

/** Where the origin is put: below the middle of the model, in its middle, or where it was. */
export type Pivot = 'bottomCenter' | 'center' | 'keep';

export interface ResizeOptions {
	dimension: Dimension;
	/** Meters. */
	lengthM: number;
	pivot: Pivot;
}

export type ResizeResult =
	| { ok: true; glb: Uint8Array; boundingBox: BoundingBox; changes: string[] }
	| Unreadable;

const AXIS_OF = { width: 0, height: 1, depth: 2 } as const;

/** The model with the wanted extent in meters, standing where `pivot` says. Never rejects for what the file holds. */
export async function resizeModel(glb: Uint8Array, options: ResizeOptions): Promise<ResizeResult> {
	const head = await readGlbJson(async (offset, length) => glb.subarray(offset, offset + length), glb.length);
	if (!head.ok) return head;
	const { gltf, header } = head;
	const box = boundingBoxOf(gltf, walkScene(gltf).meshes);
	if (box === null) return { ok: false, reason: 'The size of the model cannot be read from the file.' };
	const now = extentOf(box, options.dimension);
	if (!(now > 0))
		return { ok: false, reason: `The model has no ${options.dimension} that could be changed.` };
	const scale = options.lengthM / now;
	const translation = placeOf(box, options.pivot).map((value) => -value * scale);
	const resized = withNodeAbove(gltf, { scale: [scale, scale, scale], translation });
	const move = (point: readonly number[]) => point.map((value, axis) => value * scale + translation[axis]);
	const [minX, minY, minZ] = move(box.min);
	const [maxX, maxY, maxZ] = move(box.max);
	return {
		ok: true,
		glb: joinGlb(resized, chunksAfterJson(glb, header)),
		boundingBox: toBoundingBox([minX, minY, minZ], [maxX, maxY, maxZ]),
		changes: [],
	};
}

function extentOf(box: BoundingBox, dimension: Dimension): number {
	return dimension === 'longest' ? Math.max(...box.size) : box.size[AXIS_OF[dimension]];
}

function placeOf({ min, max }: BoundingBox, pivot: Pivot): number[] {
	if (pivot === 'keep') return [0, 0, 0];
	const middle = min.map((value, axis) => (value + max[axis]) / 2);
	return pivot === 'center' ? middle : [middle[0], min[1], middle[2]];
}

/** The description with `node` above all root nodes of every scene. */
function withNodeAbove(gltf: Gltf, node: GltfNode): Gltf {
	const nodes = [...listOf(gltf.nodes)];
	const scenes = listOf(gltf.scenes).map((scene) => {
		const roots = listOf(scene?.nodes);
		if (roots.length === 0) return scene;
		nodes.push({ ...node, children: [...roots] });
		return { ...scene, nodes: [nodes.length - 1] };
	});
	return { ...gltf, nodes, scenes };
}
