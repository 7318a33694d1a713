/** One order in, one GLB out: the relief of a picture or the shape a prompt names, in its tier's detail. */
import { TIER_FACES, TIER_PROVIDER } from '../tiers';
import { type Piece, writeGlb } from './glb';
import { hashOf, pickColor } from './color';
import { joinMeshes, standUpright, type Vec3 } from './meshArrays';
import { buildRelief } from './relief';
import { type Finish, pickShape } from './shape';
import { meshSolid } from './solid';
import { loadThree } from './three';
import { averageColor, grainMaps, pictureMaps, pictureTexture } from './makeTextures';
import { type ModelOrder } from './modelWorker';

/** Longest side of the base color texture, pixels. */
const TEXTURE_SIDE = { plain: 1024, pbr: 2048 };

/** @throws Error when the picture cannot be read. */
export async function buildModel(order: ModelOrder): Promise<Uint8Array> {
	return order.mode === 'image' ? await buildFromPicture(order) : await buildFromPrompt(order);
}

async function buildFromPicture(order: ModelOrder & { mode: 'image' }): Promise<Uint8Array> {
	const { picture, quality } = order;
	const hasPbr = TIER_PROVIDER[quality] === 'hunyuan3d-v3';
	const { front, plate } = await buildRelief(picture, TIER_FACES[quality]);
	const baseColor = await pictureTexture(picture, hasPbr ? TEXTURE_SIDE.pbr : TEXTURE_SIDE.plain);
	const maps = hasPbr ? await pictureMaps(picture) : undefined;
	return await writeGlb('Relief', [
		{ mesh: front, surfacing: { name: 'Picture', color: [1, 1, 1], baseColor, maps } },
		{ mesh: plate, surfacing: { name: 'Plate', color: await averageColor(picture), maps } },
	]);
}

async function buildFromPrompt(order: ModelOrder & { mode: 'text' }): Promise<Uint8Array> {
	const { prompt, quality } = order;
	const hasPbr = TIER_PROVIDER[quality] === 'hunyuan3d-v3';
	const maps = hasPbr ? await grainMaps(hashOf(prompt)) : undefined;
	const three = await loadThree();
	const parts = pickShape(prompt);
	const weights = parts.reduce((sum, part) => sum + part.weight, 0);
	const colors: Record<Finish, Vec3> = {
		main: pickColor(prompt),
		dark: [0.03, 0.03, 0.035],
		light: [0.55, 0.6, 0.65],
	};
	const pieces = (Object.keys(colors) as Finish[]).flatMap((finish): Piece[] => {
		const meshes = parts
			.filter((part) => part.finish === finish)
			.map((part) => meshSolid(three, part.solid, (TIER_FACES[quality] * part.weight) / weights));
		if (meshes.length === 0) return [];
		return [{ mesh: joinMeshes(meshes), surfacing: { name: finish, color: colors[finish], maps } }];
	});
	standUpright(pieces.map((piece) => piece.mesh));
	return await writeGlb('Model', pieces);
}
