/** A damaged GLB is put right before it becomes another kind of file, which says so and is made of what is in order. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ConvertFormat, convertModel } from '../../../../glb/operations/convert/convertModel';
import { inspectModel } from '../../../../glb/operations/inspect/inspectModel';
import type { Gltf } from '../../../../glb/facts/gltf';
import { unzip } from '../../../../harness/glb/conversions/unzip';
import { changed, withNumber } from '../../../../harness/glb/damage';
import { timing } from '../../../../harness/glb/timing';
import { validatorErrors } from '../../../../harness/glb/validatorErrors';

const FORMATS: readonly ConvertFormat[] = ['stl', '3mf', 'usdz', 'obj'];
const box = readFileSync(path.resolve(__dirname, '../../../../harness/glb/corpus/glb/BoxTextured.glb'));

async function convert(glb: Uint8Array, format: ConvertFormat) {
	const result = await convertModel(glb, { ...timing, format });
	if (!result.ok) throw new Error(result.reason);
	return result;
}

/** Each with what is wrong: what was said of it, and the faces that are left. */
const DAMAGED: Array<[what: string, glb: Buffer, said: string, faces: number]> = [
	['a face with a vertex that does not exist', withNumber(box, 0, 35, 999), 'Removed faces whose vertices do not exist.', 11],
	['a corner that is nowhere', withNumber(box, 2, 0, Number.NaN), 'Corrected numbers that the format does not allow.', 11],
	['normals that lie outside the file', changed(box, (gltf) => { gltf.accessors![1].byteOffset = 4_000; }), 'Removed references to parts that do not exist.', 12],
	['an image that does not exist', changed(box, (gltf) => { gltf.textures![0].source = 7; }), 'Removed references to parts that do not exist.', 12],
	['texture coordinates that reach beyond their part of the file', changed(box, (gltf) => { gltf.accessors![3].type = 'VEC3'; }), 'Removed references to parts that do not exist.', 12],
	['a node that is its own child', changed(box, (gltf) => { gltf.nodes![1].children = [0]; }), 'Corrected its tree of nodes.', 12],
]; // prettier-ignore

describe.each(FORMATS)('%s', (format) => {
	it.each(DAMAGED)('is made of %s', async (_what, glb, said, faces) => {
		expect(await validatorErrors(glb)).not.toEqual([]);
		const result = await convert(glb, format);
		expect(result.changes).toContain(said);
		expect(result.faces).toBe(faces);
		expect(await validatorErrors(result.source)).toEqual([]);
		const again = await convert(result.source, format);
		expect(Buffer.compare(Buffer.from(result.file), Buffer.from(again.file))).toBe(0);
		expect(again.changes).not.toContain(said);
	});

	it('is made of what can be read where a part that is not seen cannot', async () => {
		const result = await convert(withLostPart(), format);
		expect(result.changes[0]).toBe('The model file is damaged: a part of its shape lies outside the file.');
		const { file } = await convert(box, format);
		expect(Buffer.compare(Buffer.from(result.file), Buffer.from(file))).toBe(0);
	});

	it('says of a sound model what it said', async () => {
		const { source, changes } = await convert(box, format);
		expect(source).toBe(box);
		expect(changes.join()).not.toMatch(/Corrected|Removed|damaged/);
	});
});

/** A box, and a part outside of the file that no node shows. */
function withLostPart(): Buffer {
	return changed(box, (gltf) => {
		const lost = gltf.accessors!.push({ ...gltf.accessors![2], byteOffset: 4_000 }) - 1;
		gltf.meshes!.push({ primitives: [{ attributes: { POSITION: lost } }] });
	});
}

it('writes no relief for one that was added to tell a coat where it lies', async () => {
	const glb = changed(box, (gltf: Gltf) => {
		gltf.extensionsUsed = ['KHR_materials_clearcoat'];
		const KHR_materials_clearcoat = { clearcoatFactor: 1, clearcoatNormalTexture: { index: 0 } };
		gltf.materials![0].extensions = { KHR_materials_clearcoat };
	});
	const { file, changes } = await convert(glb, 'obj');
	expect(changes[0]).toBe('Gave surfaces the texture coordinates that their material asks for.');
	const [, mtl] = [...unzip(file)].find(([name]) => name.endsWith('.mtl'))!;
	expect(mtl.toString()).toContain('map_Kd');
	expect(mtl.toString()).not.toContain('norm');
});

describe('inspect', () => {
	const findings = async (glb: Uint8Array, maxWorkMs?: number) => {
		const result = await inspectModel(glb, { ...timing, maxWorkMs });
		if (!result.ok) throw new Error(result.reason);
		return result.findings;
	};

	it('finds what the format does not allow, and says what repairs it', async () => {
		const sound = await findings(box);
		const glb = changed(withNumber(box, 0, 35, 999), (gltf) => { gltf.accessors![2].max = [9, 9, 9]; }); // prettier-ignore
		expect(await findings(glb)).toEqual([
			...sound,
			'The file breaks the glTF format: faces whose vertices do not exist; stated bounds of its shape. Some programs refuse it. Fit or Resize repairs it.',
		]);
	});

	it('measures a shape that only a repair makes readable', async () => {
		const result = await inspectModel(withNumber(box, 2, 0, Number.NaN), timing);
		expect(result).toMatchObject({ boundingBox: { size: [1, 1, 1] } });
	});

	it('does not promise a repair of what cannot be repaired', async () => {
		const found = await findings(withLostPart());
		expect(found).toContain('The model file is damaged: a part of its shape lies outside the file.');
		expect(found.join()).not.toContain('Fit or Resize');
	});

	it('promises none for a shape that it does not read', async () => {
		const glb = changed(box, (gltf) => { gltf.accessors![2].byteOffset = 4_000; }); // prettier-ignore
		const found = await findings(glb);
		expect(found.at(-1)).toMatch(/^The shape was not checked\. The model is damaged: .* outside the file\.$/);
		expect(found.join()).not.toContain('Fit or Resize');
	});
});
