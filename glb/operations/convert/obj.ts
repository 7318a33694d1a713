/** OBJ with its materials (MTL) and textures, in one ZIP: what nearly every 3D program opens. Meters, y up. */
import type { TimeSlicer } from '../../timeSlicer';
import { decimalWriter, lengthWriter } from './decimals';
import { mtlMaterial } from './mtl';
import { Names, safeName } from './names';
import type { OpenModel } from './openModel';
import { Pieces } from './pieces';
import { type WrittenMaterials, placedCoordinates, writeMaterials } from './writtenMaterials';
import { zip } from './zip';

const direction = decimalWriter(5);
const coordinate = decimalWriter(7);

/** The bytes of the ZIP. What OBJ cannot hold is added to `changes`, a sentence each; fails with `CannotConvert`. */
export async function writeObj(
	model: OpenModel,
	slicer: TimeSlicer,
	changes: string[],
	name: string,
): Promise<Uint8Array> {
	const stem = safeName(name, 'model');
	const materials = await writeMaterials(model, slicer, changes);
	const names = new Names();
	const materialNames = new Map<number | undefined, string>();
	for (const [index, { name: own }] of materials.all) materialNames.set(index, names.unique(own, 'Material'));
	noteChanges(materials, changes);
	const text = new Pieces();
	text.addText(`# n8n-nodes-image3d, unit: meter, Y up\nmtllib ${stem}.mtl\n`);
	await writeParts(model, materials, materialNames, text, slicer);
	const mtl = new Pieces();
	for (const [index, material] of materials.all)
		mtl.addText(mtlMaterial(materialNames.get(index)!, material));
	const textures = materials.images.map(({ fileName, bytes }) => ({
		name: `textures/${fileName}`,
		pieces: [bytes],
	}));
	return await zip(
		[
			{ name: `${stem}.obj`, pieces: text.all(), deflated: true },
			{ name: `${stem}.mtl`, pieces: mtl.all(), deflated: true },
			...textures,
		],
		slicer,
	);
}

async function writeParts(
	{ parts, extent }: OpenModel,
	{ all }: WrittenMaterials,
	materialNames: ReadonlyMap<number | undefined, string>,
	text: Pieces,
	slicer: TimeSlicer,
): Promise<void> {
	const length = lengthWriter(Math.max(...extent.max.map((value, axis) => value - extent.min[axis])));
	const names = new Names();
	/** Numbers of the next vertex, coordinates and normal: they go on through the whole file. */
	const next = { v: 1, vt: 1, vn: 1 };
	for (const part of parts) {
		const { positions, normals, indices, drawn, materialIndex } = part;
		const count = positions.length / 3;
		const map = all.get(materialIndex)!.baseColorMap ?? { set: 0 as const, transform: undefined };
		const place = placedCoordinates(part, map);
		const lines = async (line: (vertex: number) => string) =>
			await slicer.inBatches(count, 1024, (from, to) => {
				for (let vertex = from; vertex < to; vertex++) text.addText(line(vertex));
			});
		text.addText(`o ${names.unique(drawn.node.name ?? drawn.mesh.name, 'Mesh')}\n`);
		const triple = (values: Float32Array, vertex: number, write: (value: number) => string) =>
			`${write(values[vertex * 3])} ${write(values[vertex * 3 + 1])} ${write(values[vertex * 3 + 2])}\n`;
		await lines((vertex) => `v ${triple(positions, vertex, length)}`);
		if (place) {
			await lines((vertex) => {
				const [u, v] = place(vertex);
				// OBJ counts from the bottom of a texture, glTF from the top.
				return `vt ${coordinate(u)} ${coordinate(1 - v)}\n`;
			});
		}
		if (normals) await lines((vertex) => `vn ${triple(normals, vertex, direction)}`);
		text.addText(`usemtl ${materialNames.get(materialIndex)!}\n`);
		const corner = (vertex: number) => {
			const vt = place ? next.vt + vertex : '';
			const vn = normals ? `/${next.vn + vertex}` : '';
			return place || normals ? `${next.v + vertex}/${vt}${vn}` : `${next.v + vertex}`;
		};
		await slicer.inBatches(indices.length / 3, 1024, (from, to) => {
			for (let i = from * 3; i < to * 3; i += 3)
				text.addText(`f ${corner(indices[i])} ${corner(indices[i + 1])} ${corner(indices[i + 2])}\n`);
		});
		next.v += count;
		if (place) next.vt += count;
		if (normals) next.vn += count;
	}
}

function noteChanges({ all }: WrittenMaterials, changes: string[]): void {
	const materials = [...all.values()];
	if (materials.some(({ vertexColor }) => vertexColor))
		changes.push('Vertex colors became one color for each material.');
	if (materials.some(({ baseColorMap }) => baseColorMap?.transform))
		changes.push('Texture transforms were applied to the texture coordinates.');
	if (materials.some(({ files }) => files.metallicRoughnessMap ?? files.occlusionMap))
		changes.push(
			'Textures for metal, roughness and occlusion are in the ZIP, but an OBJ cannot use them. The materials have their plain values.',
		);
}
