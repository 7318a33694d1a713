/** A model with a quarter of its faces looks the same, and keeps what makes it more than a shape. */
import { WebIO, type Document } from '@gltf-transform/core';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { validateBytes } from 'gltf-validator';
import { fitModel } from '../../../glb/operations';
import { renderPreview, VIEWS, type ViewName } from '../../../glb/preview';
import { buildBenchModel } from '../../../harness/preview/benchModels';
import { pictureSimilarity } from '../../../harness/preview/similarity';
import { timing } from '../../../harness/glb/timing';

async function fewerFaces(glb: Uint8Array, maxFaces: number): Promise<Uint8Array> {
	const result = await fitModel(glb, { ...timing, limits: { maxFaces } });
	if (!result.ok) throw new Error(result.reason);
	expect(result.facts.faces).toBeLessThanOrEqual(maxFaces);
	const { issues } = await validateBytes(result.glb);
	expect(issues.messages.filter(({ severity }) => severity === 0)).toEqual([]);
	return result.glb;
}

async function draw(glb: Uint8Array, view: ViewName): Promise<Uint8Array> {
	const picture = await renderPreview(glb, { ...timing, size: 512, viewpoint: VIEWS[view] });
	if (!picture.ok) throw new Error(picture.reason);
	return picture.png;
}

describe('a quarter of the faces', () => {
	it.each([
		[60_000, 512],
		[20_000, 0],
	])(
		'looks the same from three sides: %i faces, textures of %i pixels',
		async (faces, textureSide) => {
			const glb = await buildBenchModel({ name: '', faces, textureSide, format: 'jpeg' });
			const fitted = await fewerFaces(glb, faces / 4);
			for (const view of ['threeQuarter', 'front', 'top'] as const) {
				const similarity = await pictureSimilarity(await draw(glb, view), await draw(fitted, view));
				expect(similarity).toBeGreaterThanOrEqual(0.97);
			}
		},
		120_000,
	);
});

const corpus = (name: string) =>
	new Uint8Array(readFileSync(path.resolve(__dirname, '../../../harness/glb/corpus/glb', name)));

async function parts(glb: Uint8Array) {
	const document: Document = await new WebIO().readBinary(glb);
	const root = document.getRoot();
	const names = (list: Array<{ getName(): string }>) => list.map((each) => each.getName()).filter(Boolean);
	return {
		nodes: names(root.listNodes()),
		meshes: names(root.listMeshes()),
		materials: names(root.listMaterials()),
		skins: root.listSkins().map((skin) => skin.listJoints().length),
		animations: root.listAnimations().map((animation) => animation.listChannels().length),
		targets: root
			.listMeshes()
			.flatMap((mesh) => mesh.listPrimitives().map((each) => each.listTargets().length)),
	};
}

it.each(['SimpleSkin.glb', 'AnimatedMorphCube.glb', 'BoxTextured.glb'])(
	'%s keeps its names, materials, skins, morph targets and animations',
	async (name) => {
		const glb = corpus(name);
		// Asked for JPEG, so that the file is written anew.
		const result = await fitModel(glb, { ...timing, limits: {}, textureFormat: 'jpeg' });
		if (!result.ok) throw new Error(result.reason);
		expect(await parts(result.glb)).toEqual(await parts(glb));
	},
);

it('keeps morph targets and skins when faces are reduced', async () => {
	const document = await new WebIO().readBinary(
		await buildBenchModel({ name: '', faces: 4_000, textureSide: 0, format: 'jpeg' }),
	);
	const [mesh] = document.getRoot().listMeshes();
	const [primitive] = mesh.listPrimitives();
	const [buffer] = document.getRoot().listBuffers();
	const positions = primitive.getAttribute('POSITION')!;
	const count = positions.getCount();
	const accessor = (type: 'VEC3' | 'VEC4' | 'MAT4', array: Float32Array | Uint8Array) =>
		document.createAccessor().setType(type).setArray(array).setBuffer(buffer);
	const moved = accessor('VEC3', new Float32Array(count * 3).fill(0.1));
	primitive.addTarget(document.createPrimitiveTarget('grown').setAttribute('POSITION', moved));
	mesh.setName('knot').setWeights([0]);
	primitive.setAttribute('JOINTS_0', accessor('VEC4', new Uint8Array(count * 4))).setAttribute(
		'WEIGHTS_0',
		accessor(
			'VEC4',
			new Float32Array(count * 4).map((_, index) => (index % 4 === 0 ? 1 : 0)),
		),
	);
	const joint = document.createNode('joint');
	const identity = new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
	const skin = document.createSkin('body').addJoint(joint).setInverseBindMatrices(accessor('MAT4', identity));
	document.getRoot().listNodes()[0].setSkin(skin).setName('figure');
	document.getRoot().listScenes()[0].addChild(joint);
	const glb = await new WebIO().writeBinary(document);
	expect(await parts(await fewerFaces(glb, 1_000))).toEqual(await parts(glb));
});
