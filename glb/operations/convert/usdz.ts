/**
 * USDZ, which iPhone and iPad show in the room: triangles, materials and textures in; an archive of one text layer and its
 * textures out, stored and aligned as the USDZ specification 1.3 asks for. The starting pose, without movement.
 */
import type { TimeSlicer } from '../../timeSlicer';
import { lengthWriter } from './decimals';
import { withNormals } from './flatShaded';
import { Names, safeName } from './names';
import type { OpenModel } from './openModel';
import { Pieces } from './pieces';
import type { SourceMap } from './sourceMaterial';
import { usdMaterial } from './usdMaterial';
import { writeUsdMesh } from './usdMesh';
import { MAP_NAMES, type MapName, type WrittenMaterial, writeMaterials } from './writtenMaterials';
import { zip } from './zip';

/** Bytes: the data of each file in the archive begins at a multiple of it, so that it can be mapped into memory. */
const ALIGNMENT = 64;

/** A material with its name in the file, and the texture coordinates that its maps need. */
interface Named {
	material: WrittenMaterial;
	name: string;
	byMap: Partial<Record<MapName, string>>;
	byName: Map<string, SourceMap>;
}

/** The bytes of the archive. What USDZ cannot hold is added to `changes`, a sentence each; fails with `CannotConvert`. */
export async function writeUsdz(
	model: OpenModel,
	slicer: TimeSlicer,
	changes: string[],
	name: string,
): Promise<Uint8Array> {
	const root = safeName(name, 'Model');
	const { all, images } = await writeMaterials(model, slicer, changes);
	const materialNames = new Names();
	const materials = new Map<number | undefined, Named>();
	for (const [index, material] of all) {
		const named = materialNames.unique(material.name, 'Material');
		materials.set(index, { material, name: named, ...coordinatesOf(material) });
	}
	noteChanges([...all.values()], changes);
	const text = new Pieces();
	text.addText(head(root));
	await writeMeshes(model, root, materials, text, slicer);
	text.addText('\tdef Scope "Materials"\n\t{\n');
	for (const { material, name: own, byMap } of materials.values()) {
		text.addText(usdMaterial(own, `/${root}/Materials`, material, byMap));
		await slicer.pause();
	}
	text.addText('\t}\n}\n');
	const textures = images.map(({ fileName, bytes }) => ({ name: `textures/${fileName}`, pieces: [bytes] }));
	return await zip([{ name: 'model.usda', pieces: text.all() }, ...textures], slicer, ALIGNMENT);
}

function head(root: string): string {
	return `#usda 1.0
(
	customLayerData = {
		string creator = "n8n-nodes-image3d"
	}
	defaultPrim = "${root}"
	metersPerUnit = 1
	upAxis = "Y"
)

def Xform "${root}" (
	kind = "component"
)
{
`;
}

async function writeMeshes(
	{ parts, extent }: OpenModel,
	root: string,
	materials: ReadonlyMap<number | undefined, Named>,
	text: Pieces,
	slicer: TimeSlicer,
): Promise<void> {
	const length = lengthWriter(Math.max(...extent.max.map((value, axis) => value - extent.min[axis])));
	const names = new Names();
	// What the scope of the materials is called.
	names.unique('Materials', 'Materials');
	for (const each of parts) {
		const part = await withNormals(each, slicer);
		const { material, name, byName } = materials.get(part.materialIndex)!;
		const { node, mesh } = part.drawn;
		await writeUsdMesh(
			{
				name: names.unique(node.name ?? mesh.name, 'Mesh'),
				part,
				material: `/${root}/Materials/${name}`,
				doubleSided: material.doubleSided,
				baseColor: material.baseColor,
				coordinates: byName,
			},
			length,
			text,
			slicer,
		);
	}
}

/** One set of coordinates for each way in which maps of a material lie on it; nearly always there is one. */
function coordinatesOf(material: WrittenMaterial): Pick<Named, 'byMap' | 'byName'> {
	const byMap: Named['byMap'] = {};
	const byName = new Map<string, SourceMap>();
	const known = new Map<string, string>();
	for (const name of MAP_NAMES) {
		const map = material[name];
		if (!map || !material.files[name]) continue;
		const way = JSON.stringify([map.set, map.transform]);
		const varname = known.get(way) ?? (known.size === 0 ? 'st' : `st${known.size}`);
		known.set(way, varname);
		byMap[name] = varname;
		byName.set(varname, map);
	}
	return { byMap, byName };
}

function noteChanges(materials: readonly WrittenMaterial[], changes: string[]): void {
	const maps = materials.flatMap((material) => MAP_NAMES.map((name) => material[name]));
	if (maps.some((map) => map?.transform))
		changes.push('Texture transforms were applied to the texture coordinates.');
	if (materials.some(({ unlit }) => unlit))
		changes.push('Unlit materials became materials that glow in their color.');
	const colored = materials.filter(({ vertexColor }) => vertexColor);
	if (colored.some(({ files }) => files.baseColorMap))
		changes.push('Vertex colors over a texture became one color for each material.');
	if (colored.some(({ files }) => !files.baseColorMap))
		changes.push('Vertex colors are in the file, but not every viewer shows them.');
}
