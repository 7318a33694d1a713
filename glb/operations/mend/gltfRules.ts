/** What the format allows in a description (glTF 2.0, "Properties Reference"): a rule for the elements of each list. */
import { ACCESSOR_RULE, BUFFER_RULE, BUFFER_VIEW_RULE, IMAGE_RULE } from './dataRules';
import { MATERIAL_RULE, TEXTURE_RULE } from './materialRules';
import { listOfDifferent, object, oneOf, ref, type Rule } from './rules';
import { ANIMATION_RULE, CAMERA_RULE, MESH_RULE, NODE_RULE, SKIN_RULE } from './sceneRules';

const WRAP = oneOf(33071, 33648, 10497);

/** A rule for the elements of each list, in the order in which they depend on each other. */
export const LISTS: ReadonlyArray<readonly [list: string, rule: Rule]> = [
	['buffers', BUFFER_RULE],
	['bufferViews', BUFFER_VIEW_RULE],
	['accessors', ACCESSOR_RULE],
	['images', IMAGE_RULE],
	[
		'samplers',
		object({
			magFilter: oneOf(9728, 9729),
			minFilter: oneOf(9728, 9729, 9984, 9985, 9986, 9987),
			wrapS: WRAP,
			wrapT: WRAP,
		}),
	],
	['textures', TEXTURE_RULE],
	['materials', MATERIAL_RULE],
	['meshes', MESH_RULE],
	['cameras', CAMERA_RULE],
	['skins', SKIN_RULE],
	['nodes', NODE_RULE],
	['animations', ANIMATION_RULE],
	['scenes', object({ nodes: listOfDifferent(ref('nodes')) })],
] as const;
