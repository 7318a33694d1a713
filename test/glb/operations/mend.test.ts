/** What the format does not allow in a file, put right: every kind of it, and any damage. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Gltf } from '../../../glb/facts/gltf';
import { KINDS } from '../../../glb/operations/mend/repairs';
import { resizeModel } from '../../../glb/operations';
import * as fc from '../../../harness/fuzz';
import {
	type Change,
	changed,
	DAMAGE,
	damaged,
	type Malformation,
	MALFORMATIONS,
	malformed,
	withNumber,
} from '../../../harness/glb/damage';
import {
	ENTRIES,
	LAYOUT,
	mend,
	mended,
	NUMBERS,
	REFERENCES,
	SURFACE,
	TREE,
} from '../../../harness/glb/mended';
import { packed } from '../../../harness/glb/packed';
import { timing } from '../../../harness/glb/timing';
import { validatorErrors } from '../../../harness/glb/validatorErrors';

const FOLDER = path.resolve(__dirname, '../../../harness/glb/corpus/glb');
const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith('.glb'));
const fileOf = (name: string) => readFileSync(path.join(FOLDER, name));

it.each(NAMES)('hands on the bytes of %s, which is valid', async (name) => {
	const glb = fileOf(name);
	expect(await mend(glb)).toMatchObject({ ok: true, glb, changes: [] });
});

const PIXEL =
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const PNG = Buffer.from(PIXEL, 'base64');

const [BOX, SKIN, CUBE] = ['BoxTextured', 'SimpleSkin', 'AnimatedMorphCube'];
const BOUNDS = 'Corrected stated bounds of its shape.';
const SKINS = 'Corrected its skins.';
const ANIMATIONS = 'Removed animations that cannot be played.';
const ORDER = 'Corrected the order of the parts of the file.';
const SAVED = 'Saved textures anew that the format does not allow.';
const LEFT =
	'The file breaks rules of its format in a part that cannot be read here. Strict programs may refuse it.';
const LOST_TEXTURES = 'Removed textures that cannot be read.';

/** A description in which a test may change what it likes. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Anything = any;

/** Each a change to the description of a valid file, and what is said of putting it right. */
const FAULTS: Array<[what: string, file: string, said: string, change: (gltf: Anything) => void]> = [
	['an empty list', BOX, ENTRIES, (gltf) => { gltf.animations = []; }],
	['a list that is none', BOX, ENTRIES, (gltf) => { gltf.cameras = 'none'; }],
	['a version that is none', BOX, ENTRIES, (gltf) => { gltf.asset.version = '2.0.1'; }],
	['a name that is a number', BOX, ENTRIES, (gltf) => { gltf.meshes[0].name = 1; }],
	['more metal than all', BOX, ENTRIES, (gltf) => { gltf.materials[0].pbrMetallicRoughness.metallicFactor = 1.5; }],
	['more light than all', BOX, ENTRIES, (gltf) => { gltf.materials[0].emissiveFactor = [4, 2, 1]; }],
	['a material that does not exist', BOX, REFERENCES, (gltf) => { gltf.meshes[0].primitives[0].material = 7; }],
	['a texture that does not exist', BOX, REFERENCES, (gltf) => { gltf.materials[0].pbrMetallicRoughness.baseColorTexture.index = 7; }],
	['an image that does not exist', BOX, REFERENCES, (gltf) => { gltf.textures[0].source = 7; }],
	['a scene that does not exist', BOX, REFERENCES, (gltf) => { gltf.scene = 7; }],
	['an extension that is not named', BOX, 'Named the extensions that the file uses.', (gltf) => { gltf.materials[0].extensions = { KHR_materials_unlit: {} }; }],
	['an extension at a wrong place', BOX, ENTRIES, (gltf) => { gltf.extensionsUsed = ['KHR_materials_unlit']; gltf.meshes[0].extensions = { KHR_materials_unlit: {} }; }],
	['a turn that is none', BOX, NUMBERS, (gltf) => { gltf.nodes[1].rotation = [0, 0, 0, 2]; }],
	['a matrix and a scale', BOX, TREE, (gltf) => { gltf.nodes[0].scale = [2, 2, 2]; }],
	['a matrix that leans', BOX, TREE, (gltf) => { gltf.nodes[0].matrix[4] = 0.5; }],
	['a node with two parents', BOX, TREE, (gltf) => { gltf.nodes.push({ children: [1] }); gltf.scenes[0].nodes.push(2); }],
	['a node that is its own child', BOX, TREE, (gltf) => { gltf.nodes[1].children = [0]; }],
	['a scene that names a child', BOX, TREE, (gltf) => { gltf.scenes[0].nodes = [1]; }],
	['wrong bounds', BOX, BOUNDS, (gltf) => { gltf.accessors[2].max = [9, 9, 9]; }],
	['no bounds', BOX, BOUNDS, (gltf) => { delete gltf.accessors[2].min; }],
	['more texture coordinates than corners', BOX, SURFACE, (gltf) => { for (const index of [1, 2]) gltf.accessors[index].count = 23; delete gltf.accessors[2].min; delete gltf.accessors[2].max; }],
	['normals that lie outside the file', BOX, REFERENCES, (gltf) => { gltf.accessors[1].byteOffset = 4_000; }],
	['a part without vertices', BOX, ENTRIES, (gltf) => { gltf.accessors.push({ componentType: 5126, count: 0, type: 'VEC3' }); gltf.meshes[0].primitives.push({ attributes: { POSITION: 4 } }); }],
	['a part without faces', BOX, ENTRIES, (gltf) => { gltf.accessors.push({ componentType: 5123, count: 0, type: 'SCALAR' }); gltf.meshes[0].primitives.push({ attributes: gltf.meshes[0].primitives[0].attributes, indices: 4 }); }],
	['a mesh of nothing', BOX, ENTRIES, (gltf) => { gltf.accessors.push({ componentType: 5126, count: 0, type: 'VEC3' }); gltf.meshes.push({ primitives: [{ attributes: { POSITION: 4 } }] }); gltf.nodes.push({ mesh: 1 }); gltf.scenes[0].nodes.push(2); }],
	['normals of two numbers', BOX, SURFACE, (gltf) => { gltf.accessors[1].type = 'VEC2'; }],
	['an attribute that nobody knows', BOX, SURFACE, (gltf) => { gltf.meshes[0].primitives[0].attributes.GLOSS = 1; }],
	['texture coordinates that are missing', BOX, 'Gave surfaces the texture coordinates that their material asks for.', (gltf) => { delete gltf.meshes[0].primitives[0].attributes.TEXCOORD_0; }],
	['texture coordinates that begin with the second set', BOX, SURFACE, (gltf) => { const { attributes } = gltf.meshes[0].primitives[0]; attributes.TEXCOORD_1 = attributes.TEXCOORD_0; delete attributes.TEXCOORD_0; }],
	['vertices and corners in one view', BOX, LAYOUT, (gltf) => { delete gltf.bufferViews[0].target; gltf.accessors[0].bufferView = 1; delete gltf.bufferViews[1].byteStride; for (const index of [1, 2]) gltf.accessors[index].byteOffset &= ~3; }],
	['a target that is another', BOX, LAYOUT, (gltf) => { gltf.bufferViews[0].target = 34962; }],
	['a buffer that is too short', BOX, LAYOUT, (gltf) => { gltf.buffers[0].byteLength = 900; }],
	['an image of another type', BOX, ENTRIES, (gltf) => { gltf.images[0].mimeType = 'image/jpeg'; }],
	['an image that is cut short', BOX, LOST_TEXTURES, (gltf) => { gltf.bufferViews[gltf.images[0].bufferView].byteLength = 20; }],
	['a coat with a relief on a surface without', BOX, 'Gave surfaces the texture coordinates that their material asks for.', (gltf) => { gltf.extensionsUsed = ['KHR_materials_clearcoat']; gltf.materials[0].extensions = { KHR_materials_clearcoat: { clearcoatNormalTexture: { index: 0 } } }; }],
	['a variant with two materials', BOX, ENTRIES, (gltf) => { gltf.extensionsUsed = ['KHR_materials_variants']; gltf.extensions = { KHR_materials_variants: { variants: [{ name: 'a' }] } }; const mapping = { variants: [0], material: 0 }; gltf.meshes[0].primitives[0].extensions = { KHR_materials_variants: { mappings: [mapping, { ...mapping }] } }; }],
	['a light that is none', BOX, ENTRIES, (gltf) => { gltf.extensionsUsed = ['KHR_lights_punctual']; gltf.extensions = { KHR_lights_punctual: { lights: [{ type: 'sun' }, { type: 'point', intensity: -1 }] } }; gltf.nodes[1].extensions = { KHR_lights_punctual: { light: 1 } }; }],
	['a skin without a mesh', SKIN, SKINS, (gltf) => { delete gltf.nodes[0].mesh; delete gltf.nodes[0].skin; gltf.nodes.push({ mesh: 0 }, { skin: 0 }); gltf.scenes[0].nodes.push(gltf.nodes.length - 1, gltf.nodes.length - 2); }],
	['a joint that does not exist', SKIN, ENTRIES, (gltf) => { gltf.skins[0].joints[1] = 9; }],
	['fewer joints than the corners name', SKIN, NUMBERS, (gltf) => { gltf.skins[0].joints.pop(); }],
	['fewer matrices than joints', SKIN, 'Removed skins whose joints do not fit. Their shapes stay in their first pose.', (gltf) => { gltf.accessors[gltf.skins[0].inverseBindMatrices].count = 1; }],
	['a skeleton that the joints do not hang on', SKIN, SKINS, (gltf) => { [, gltf.skins[0].skeleton] = gltf.skins[0].joints; }],
	['joints of two trees', SKIN, SKINS, (gltf) => { const [child] = gltf.nodes[1].children; delete gltf.nodes[1].children; gltf.scenes[0].nodes.push(child); }],
	['joints without weights', SKIN, SURFACE, (gltf) => { delete gltf.meshes[0].primitives[0].attributes.WEIGHTS_0; }],
	['an animation of nothing', SKIN, ENTRIES, (gltf) => { gltf.animations[0].channels[0].sampler = 'x'; }],
	['an animation with too few values', SKIN, ANIMATIONS, (gltf) => { gltf.accessors[gltf.animations[0].samplers[0].output].count = 3; }],
	['two animations of one thing', SKIN, ANIMATIONS, (gltf) => { gltf.animations[0].channels.push({ ...gltf.animations[0].channels[0] }); }],
	['fewer weights than morph targets', CUBE, ENTRIES, (gltf) => { gltf.meshes[0].weights = [0.5]; }],
	['a morph target of another length', CUBE, SURFACE, (gltf) => { gltf.accessors[gltf.meshes[0].primitives[0].targets[0].POSITION].count = 3; }],
	['a morph target that changes what is not there', CUBE, SURFACE, (gltf) => { delete gltf.meshes[0].primitives[0].attributes.NORMAL; }],
]; // prettier-ignore

it('hands on the bytes of a box with everything', async () => {
	expect(await validatorErrors(richBox())).toEqual([]);
	expect(await mend(richBox())).toMatchObject({ ok: true, changes: [] });
});

it.each(FAULTS)('puts right %s', async (_what, name, said, change) => {
	await mended(changed(fileOf(`${name}.glb`), change as (gltf: Gltf) => void), said);
});

/** Each a fault of the bytes of a box, and what is said of putting it right. */
const FAULTS_OF_BYTES: Array<[what: string, said: string, build: (box: Buffer) => Buffer]> = [
	['a chunk that is longer than the file', ORDER, (box) => { box.writeUInt32LE(9_000, 20 + box.readUInt32LE(12)); return box; }],
	['a second chunk of data', ORDER, (box) => withLength(Buffer.concat([box, Buffer.from([4, 0, 0, 0]), Buffer.from('BIN\0'), Buffer.alloc(4)]))],
	['a mark before the description', ORDER, withMark],
	['a face with a vertex that does not exist', 'Removed faces whose vertices do not exist.', (box) => withNumber(box, 0, 35, 999)],
	['a corner that is nowhere', NUMBERS, (box) => withNumber(box, 2, 3, Number.NaN)],
	['a normal without a length', NUMBERS, (box) => withNumber(box, 1, 5, 0)],
	['a texture coordinate that is infinite', NUMBERS, (box) => withNumber(box, 3, 0, Number.POSITIVE_INFINITY)],
	['a PNG with a part of a wrong length', SAVED, (box) => withImage(box, oddPng(), false)],
	['a PNG in the description with a part of a wrong length', SAVED, (box) => withImage(box, oddPng(), true)],
	['a PNG in the description that is cut short', LOST_TEXTURES, (box) => withImage(box, PNG.subarray(0, 30), true)],
	['a PNG in the description that is called a JPEG', ENTRIES, (box) => withImage(box, PNG, true, 'image/jpeg')],
]; // prettier-ignore

it.each(FAULTS_OF_BYTES)('puts right %s', async (_what, said, build) => {
	await mended(build(fileOf('BoxTextured.glb')), said);
});

it('has an example of every kind of repair', () => {
	const said = new Set([...FAULTS.map(([, , each]) => each), ...FAULTS_OF_BYTES.map(([, each]) => each)]);
	expect(said).toEqual(new Set(Object.values(KINDS).map(([sentence]) => sentence)));
});

it('says of what is wrong in a compressed part that it stays, and touches nothing', async () => {
	const sound = Buffer.from(await packed(fileOf('BoxTextured.glb'), 'EXT_meshopt_compression'));
	const glb = changed(sound, (gltf) => { delete gltf.accessors![gltf.meshes![0].primitives![0].attributes!.POSITION as number].min; }); // prettier-ignore
	expect(await mend(glb)).toMatchObject({ ok: true, glb, changes: [], left: [LEFT], findings: [LEFT] });
});

it('keeps an image that it saves anew', async () => {
	const result = await mend(withImage(fileOf('BoxTextured.glb'), oddPng(), true));
	if (!result.ok) throw new Error(result.reason);
	const { images, textures } = result.description.gltf;
	expect(images).toEqual([{ bufferView: expect.any(Number), mimeType: 'image/png' }]);
	expect(textures).toMatchObject([{ source: 0 }]);
});

/** A copy that states its own length. */
function withLength(glb: Buffer): Buffer {
	const copy = Buffer.from(glb);
	copy.writeUInt32LE(copy.length, 8);
	return copy;
}

/** With the mark before the description that some programs begin a text with. */
function withMark(box: Buffer): Buffer {
	const jsonLength = box.readUInt32LE(12);
	const text = Buffer.concat([
		Buffer.from([0xef, 0xbb, 0xbf]),
		box.subarray(20, 20 + jsonLength),
		Buffer.from(' '),
	]);
	const glb = Buffer.concat([box.subarray(0, 20), text, box.subarray(20 + jsonLength)]);
	glb.writeUInt32LE(text.length, 12);
	return withLength(glb);
}

/** A pixel whose brightness is stated in a byte too many: viewers overlook it. */
function oddPng(): Buffer {
	const behindSize = 33;
	const brightness = Buffer.concat([Buffer.from([0, 0, 0, 5]), Buffer.from('gAMA'), Buffer.alloc(9)]);
	return Buffer.concat([PNG.subarray(0, behindSize), brightness, PNG.subarray(behindSize)]);
}

/** What stands in the place of the box's image: in the file's data, or as text in the description. */
function withImage(box: Buffer, image: Buffer, isText: boolean, mimeType = 'image/png'): Buffer {
	return changed(box, (gltf) => {
		if (isText) gltf.images = [{ uri: `data:${mimeType};base64,${image.toString('base64')}` }];
		else {
			const [{ bufferView }] = gltf.images!;
			const { byteOffset = 0 } = gltf.bufferViews![bufferView!];
			image.copy(box, 28 + box.readUInt32LE(12) + byteOffset);
			gltf.bufferViews![bufferView!].byteLength = image.length;
		}
	});
}

/** A box with what the samples have not: extensions, lights, variants, a camera, replaced elements, an image as text. */
function richBox(): Buffer {
	return changed(fileOf('BoxTextured.glb'), ((gltf: Anything) => {
		const map = { index: 0 };
		const coat = {
			clearcoatFactor: 1,
			clearcoatTexture: map,
			clearcoatNormalTexture: { ...map, scale: 0.5 },
		};
		const moved = {
			...map,
			extensions: { KHR_texture_transform: { offset: [0.5, 0], rotation: 1, scale: [2, 2] } },
		};
		gltf.extensionsUsed = ['KHR_materials_clearcoat', 'KHR_materials_sheen', 'KHR_materials_ior', 'KHR_texture_transform', 'KHR_lights_punctual', 'KHR_materials_variants', 'KHR_materials_anisotropy']; // prettier-ignore
		Object.assign(gltf.materials[0], {
			normalTexture: map,
			emissiveTexture: moved,
			emissiveFactor: [1, 0, 0],
		});
		gltf.materials[0].extensions = {
			KHR_materials_clearcoat: coat,
			KHR_materials_sheen: { sheenColorFactor: [1, 0, 0], sheenColorTexture: map },
			KHR_materials_ior: { ior: 1.4 },
			KHR_materials_anisotropy: { anisotropyStrength: 1, anisotropyTexture: map },
		};
		gltf.materials.push({ alphaMode: 'MASK', alphaCutoff: 0.4, doubleSided: true });
		const lights = [
			{ type: 'spot', spot: { outerConeAngle: 0.5 } },
			{ type: 'point', color: [1, 0, 0] },
		];
		gltf.extensions = {
			KHR_lights_punctual: { lights },
			KHR_materials_variants: { variants: [{ name: 'a' }, { name: 'b' }] },
		};
		const mappings = [
			{ variants: [0], material: 1 },
			{ variants: [1], material: 0 },
		];
		gltf.meshes[0].primitives[0].extensions = { KHR_materials_variants: { mappings } };
		gltf.cameras = [{ type: 'perspective', perspective: { yfov: 1, znear: 0.1, zfar: 10 } }];
		gltf.nodes.push({ camera: 0 }, { extensions: { KHR_lights_punctual: { light: 1 } } });
		gltf.scenes[0].nodes.push(2, 3);
		// Half of an index of the first face and the first texture coordinates stand for others.
		gltf.bufferViews.push({ buffer: 0, byteLength: 8 }, { buffer: 0, byteOffset: 64, byteLength: 24 });
		const { length } = gltf.bufferViews;
		gltf.accessors[3].sparse = {
			count: 1,
			indices: { bufferView: length - 2, componentType: 5123 },
			values: { bufferView: length - 1 },
		};
		delete gltf.accessors[3].min;
		delete gltf.accessors[3].max;
		gltf.images.push({ uri: `data:image/png;base64,${PIXEL}` });
	}) as (gltf: Gltf) => void);
}

const FUZZED: Array<[name: string, file: Buffer]> = [
	...NAMES.map((name): [string, Buffer] => [name, fileOf(name)]).filter(([, file]) => file.length < 10_000),
	['a box with everything', richBox()],
];

async function expectAnswer(glb: Uint8Array): Promise<void> {
	const result = await mend(glb);
	// A sentence of ours, and not the one for what nobody thought of.
	if (!result.ok) return expect(result.reason).toMatch(/^The model(?! file is damaged\.).*\.$/);
	expect(await validatorErrors(result.glb)).toEqual([]);
	expect(await mend(result.glb)).toMatchObject({ changes: [] });
	if ((await validatorErrors(glb)).length > 0) expect(result.changes).not.toEqual([]);
}

/** Half a minute for all files, with others at the machine. */
const RUNS = 40;

/** What the fuzz found, each in one of the files. */
const FOUND_DAMAGE: Array<[Change[]]> = [
	[[[1761714430, 111], [1543929898, 158]]],
	[[[2118298318, 0], [0, 0]]],
]; // prettier-ignore
const FOUND_MALFORMATIONS: Array<[Malformation[]]> = [
	[[[16, 5120]]],
	[[[922283223, 'CUBICSPLINE'], [0, 5120]]],
	[[[692125920, null]]],
	[[[1039542639, undefined]]],
	[[[1800703929, null]]],
	[[[2106040839, null], [1334071160, -1]]],
	[[[754536985, 26], [800713549, 'SCALAR'], [66562219, 1]]],
	[[[839977963, ''], [1349897110, true], [973955120, 5120]]],
]; // prettier-ignore

describe.each(FUZZED)('any damage to %s is put right, or refused in a sentence', (_name, file) => {
	it(
		'of its bytes',
		async () => {
			await fc.assert(
				fc.asyncProperty(DAMAGE, async (changes) => await expectAnswer(damaged(file, changes))),
				{ numRuns: RUNS, examples: FOUND_DAMAGE },
			);
		},
		fc.timeLimit(60_000),
	);

	it(
		'of its description',
		async () => {
			await fc.assert(
				fc.asyncProperty(MALFORMATIONS, async (changes) => await expectAnswer(malformed(file, changes))),
				{ numRuns: RUNS, examples: FOUND_MALFORMATIONS },
			);
		},
		fc.timeLimit(60_000),
	);
});

it('keeps the light of a surface that glows more than the format has numbers for', async () => {
	const result = await mend(changed(fileOf('BoxTextured.glb'), (gltf) => { gltf.materials![0].emissiveFactor = [4, 2, 1]; })); // prettier-ignore
	if (!result.ok) throw new Error(result.reason);
	expect(result.description.gltf.materials![0]).toMatchObject({
		emissiveFactor: [1, 0.5, 0.25],
		extensions: { KHR_materials_emissive_strength: { emissiveStrength: 4 } },
	});
});

it('resizes what it puts right', async () => {
	const glb = changed(fileOf('BoxTextured.glb'), (gltf) => { gltf.accessors![2].max = [9, 9, 9]; }); // prettier-ignore
	const result = await resizeModel(glb, { ...timing, dimension: 'longest', lengthM: 2, pivot: 'keep' });
	if (!result.ok) throw new Error(result.reason);
	expect(result.changes).toEqual([BOUNDS, expect.stringContaining('changed from 1 m to 2 m')]);
	expect(await validatorErrors(result.glb)).toEqual([]);
});
