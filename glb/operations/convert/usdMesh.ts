/** A part of a model as USD's `Mesh`: triangles in the world in, text out. */
import type { Part } from '../../preview/scene/loadGeometry';
import type { TimeSlicer } from '../../timeSlicer';
import { decimalWriter } from './decimals';
import type { Pieces } from './pieces';
import type { SourceMap } from './sourceMaterial';
import { placedCoordinates } from './writtenMaterials';

const direction = decimalWriter(5);
const coordinate = decimalWriter(7);
const color = decimalWriter(5);

/** A part with what USD says beside its triangles. */
export interface UsdMesh {
	name: string;
	part: Part;
	/** Path of the material. */
	material: string;
	doubleSided: boolean;
	/** Linear, times the vertex colors. */
	baseColor: readonly number[];
	/** Names of texture coordinates with the map that lies on the part as they say. */
	coordinates: ReadonlyMap<string, SourceMap>;
}

/** Adds the mesh to `text`; `length` writes meters in the unit and the precision of the file. */
export async function writeUsdMesh(
	{ name, part, material, doubleSided, baseColor, coordinates }: UsdMesh,
	length: (value: number) => string,
	text: Pieces,
	slicer: TimeSlicer,
): Promise<void> {
	const { positions, normals, colors, indices } = part;
	const vertices = positions.length / 3;
	text.addText(`\tdef Mesh "${name}" (\n\t\tprepend apiSchemas = ["MaterialBindingAPI"]\n\t)\n\t{\n`);
	text.addText(`\t\tuniform bool doubleSided = ${doubleSided ? 1 : 0}\n`);
	text.addText(`\t\tfloat3[] extent = ${await extentOf(part, length, slicer)}\n`);
	const list = async (head: string, count: number, element: (i: number) => string, tail = '') => {
		text.addText(`\t\t${head} = [`);
		await slicer.inBatches(count, 1024, (from, to) => {
			for (let i = from; i < to; i++) text.addText(i === 0 ? element(i) : `, ${element(i)}`);
		});
		text.addText(`]${tail}\n`);
	};
	// On lines of its own: some readers look at one line at a time.
	const perVertex = ' (\n\t\t\tinterpolation = "vertex"\n\t\t)';
	await list('int[] faceVertexCounts', indices.length / 3, () => '3');
	await list('int[] faceVertexIndices', indices.length, (i) => String(indices[i]));
	await list('point3f[] points', vertices, (i) => triple(positions, i * 3, length));
	if (normals) await list('normal3f[] normals', vertices, (i) => unitVector(normals, i * 3), perVertex);
	for (const [varname, map] of coordinates) {
		const place = placedCoordinates(part, map);
		if (!place) continue;
		const element = (i: number) => {
			const [u, v] = place(i);
			// USD counts from the bottom of a texture, glTF from the top.
			return `(${coordinate(u)}, ${coordinate(1 - v)})`;
		};
		await list(`texCoord2f[] primvars:${varname}`, vertices, element, perVertex);
	}
	if (colors) {
		const element = (i: number) =>
			`(${[0, 1, 2].map((k) => color(colors[i * 4 + k] * baseColor[k])).join(', ')})`;
		await list('color3f[] primvars:displayColor', vertices, element, perVertex);
	}
	text.addText(`\t\trel material:binding = <${material}>\n`);
	text.addText('\t\tuniform token subdivisionScheme = "none"\n\t}\n\n');
}

function triple(values: Float32Array, at: number, write: (value: number) => string): string {
	return `(${write(values[at])}, ${write(values[at + 1])}, ${write(values[at + 2])})`;
}

function unitVector(values: Float32Array, at: number): string {
	const [x, y, z] = [values[at], values[at + 1], values[at + 2]];
	const length = Math.hypot(x, y, z) || 1;
	return `(${direction(x / length)}, ${direction(y / length)}, ${direction(z / length)})`;
}

async function extentOf(
	{ positions }: Part,
	write: (value: number) => string,
	slicer: TimeSlicer,
): Promise<string> {
	const min = [Infinity, Infinity, Infinity];
	const max = [-Infinity, -Infinity, -Infinity];
	await slicer.inBatches(positions.length, 32_768, (from, to) => {
		for (let i = from; i < to; i++) {
			const axis = i % 3;
			if (positions[i] < min[axis]) min[axis] = positions[i];
			if (positions[i] > max[axis]) max[axis] = positions[i];
		}
	});
	return `[${[min, max].map((corner) => `(${corner.map(write).join(', ')})`).join(', ')}]`;
}
