/** 3MF (core specification 1.3): triangles in; an OPC package in millimeters, z up, with a color per material, out. */
import type { TimeSlicer } from '../../timeSlicer';
import { groupByMaterial } from './byMaterial';
import { CannotConvert } from './cannotConvert';
import { decimalsFor, lengthWriter } from './decimals';
import { ImageReader } from './imageReader';
import type { OpenModel } from './openModel';
import { ColorSum, addColors, colorBitmap } from './partColors';
import { Pieces } from './pieces';
import { printSpaceOf } from './printSpace';
import { type SourceMaterial, readMaterial } from './sourceMaterial';
import { weld } from './weld';
import { zip } from './zip';

const CONTENT_TYPES = `<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/></Types>
`;

const RELATIONSHIPS = `<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Target="/3D/3dmodel.model" Id="rel0" Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>
`;

const MATERIALS_ID = 1;
const OBJECT_ID = 2;
const MM_PER_M = 1000;

/** The bytes of the package. What 3MF cannot hold is added to `changes`, a sentence each; fails with `CannotConvert`. */
export async function writeThreeMf(
	model: OpenModel,
	slicer: TimeSlicer,
	changes: string[],
	name: string,
): Promise<Uint8Array> {
	const text = new Pieces();
	text.addText(`<?xml version="1.0" encoding="UTF-8"?>
<model unit="millimeter" xml:lang="en-US" xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">
<metadata name="Title">${escaped(name)}</metadata>
<metadata name="Application">n8n-nodes-image3d</metadata>
<resources>
`);
	const order = await writeMaterials(model, text, slicer, changes);
	await writeMesh(model, order, text, slicer, name);
	text.addText(`</resources>
<build><item objectid="${OBJECT_ID}"/></build>
</model>
`);
	const encoded = (xml: string) => [new TextEncoder().encode(xml)];
	return await zip(
		[
			{ name: '[Content_Types].xml', pieces: encoded(CONTENT_TYPES), deflated: true },
			{ name: '_rels/.rels', pieces: encoded(RELATIONSHIPS), deflated: true },
			{ name: '3D/3dmodel.model', pieces: text.all(), deflated: true },
		],
		slicer,
	);
}

/** Writes the materials that triangles have; gives their places in the list, by their index in the GLB. */
async function writeMaterials(
	{ file, gltf, parts }: OpenModel,
	text: Pieces,
	slicer: TimeSlicer,
	changes: string[],
): Promise<Map<number | undefined, number>> {
	const order = new Map<number | undefined, number>();
	const images = new ImageReader(file, slicer);
	const list: Array<{ material: SourceMaterial; sum: ColorSum }> = [];
	let isMean = false;
	for (const [index, itsParts] of groupByMaterial(parts)) {
		const material = readMaterial(gltf, index);
		const sum = new ColorSum(material);
		const bitmap = await colorBitmap(gltf, material, images);
		if (material.baseColorMap && !bitmap) changes.push('A texture cannot be read, so its color is missing.');
		for (const part of itsParts) {
			await addColors(sum, part, bitmap, material.baseColorMap, slicer);
			isMean ||= bitmap !== undefined || part.colors !== undefined;
		}
		order.set(index, list.length);
		list.push({ material, sum });
		await slicer.pause();
	}
	if (isMean) changes.push('Textures became one color for each material.');
	const lines = list.map(({ material, sum }, number) => {
		const name = escaped(material.name?.slice(0, 100) || `Material ${number + 1}`);
		return `<base name="${name}" displaycolor="${sum.toHex()}"/>\n`;
	});
	text.addText(`<basematerials id="${MATERIALS_ID}">\n${lines.join('')}</basematerials>\n`);
	return order;
}

/** All parts as one object, its vertices joined: a slicer finds the inside of a shape by edges that two triangles share. */
async function writeMesh(
	{ parts, extent }: OpenModel,
	order: ReadonlyMap<number | undefined, number>,
	text: Pieces,
	slicer: TimeSlicer,
	name: string,
): Promise<void> {
	const toPrintSpace = printSpaceOf(extent);
	if (!toPrintSpace) throw new CannotConvert('The model is too large for a 3D printing file.');
	const count = parts.reduce((sum, { positions }) => sum + positions.length / 3, 0);
	const placed = new Float32Array(count * 3);
	let first = 0;
	for (const { positions } of parts) {
		const start = first;
		await slicer.inBatches(positions.length / 3, 8192, (from, to) => {
			for (let vertex = from; vertex < to; vertex++)
				toPrintSpace(positions, vertex, placed, (start + vertex) * 3);
		});
		first += positions.length / 3;
	}
	const size = Math.max(...extent.max.map((value, axis) => value - extent.min[axis])) * MM_PER_M;
	const { places, points } = await weld(placed, decimalsFor(size), slicer);
	const write = lengthWriter(size);
	text.addText(
		`<object id="${OBJECT_ID}" type="model" name="${escaped(name)}" pid="${MATERIALS_ID}" pindex="0">\n<mesh>\n<vertices>\n`,
	);
	await slicer.inBatches(points.length / 3, 1024, (from, to) => {
		for (let i = from * 3; i < to * 3; i += 3)
			text.addText(
				`<vertex x="${write(points[i])}" y="${write(points[i + 1])}" z="${write(points[i + 2])}"/>\n`,
			);
	});
	text.addText('</vertices>\n<triangles>\n');
	let written = 0;
	first = 0;
	for (const { positions, indices, materialIndex } of parts) {
		const start = first;
		const material = order.get(materialIndex) ?? 0;
		const color = material === 0 ? '' : ` pid="${MATERIALS_ID}" p1="${material}"`;
		await slicer.inBatches(indices.length / 3, 1024, (from, to) => {
			for (let i = from * 3; i < to * 3; i += 3) {
				const [a, b, c] = [0, 1, 2].map((corner) => places[start + indices[i + corner]]);
				if (a === b || b === c || a === c) continue;
				text.addText(`<triangle v1="${a}" v2="${b}" v3="${c}"${color}/>\n`);
				written++;
			}
		});
		first += positions.length / 3;
	}
	if (written === 0) throw new CannotConvert('The model has no surface, so there is nothing to print.');
	text.addText('</triangles>\n</mesh>\n</object>\n');
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for XML: without the characters that it cannot hold. */
function escaped(text: string): string {
	return text.replace(/[\p{Cc}\ufffe\uffff]/gu, ' ').replace(/[&<>"]/g, (character) => ESCAPES[character]);
}
