/** A model with a quarter of its faces looks the same, and keeps what makes it more than a shape. */
import { getBounds, WebIO, type Document } from '@gltf-transform/core';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { validateBytes } from 'gltf-validator';
import { fitModel, inspectModel } from '../../../glb/operations';
import { buildBenchModel } from '../../../harness/preview/benchModels';
import { GlbBuilder, primitiveOf, sphereShape } from '../../../harness/glb/glbBuilder';
import { unpackControllers } from '../../../harness/preview/comparedModels';
import { aQuarterOf, grainyKnot, likenessOf, withTexturesOf } from '../../../harness/glb/likeness';
import { timing } from '../../../harness/glb/timing';
import { ModelWorker } from '../../../sandbox/models/modelWorker';

async function fewerFaces(glb: Uint8Array, maxFaces: number): Promise<Uint8Array> {
	const result = await fitModel(glb, { ...timing, limits: { maxFaces } });
	if (!result.ok) throw new Error(result.reason);
	expect(result.facts.faces).toBeLessThanOrEqual(maxFaces);
	const { issues } = await validateBytes(result.glb);
	expect(issues.messages.filter(({ severity }) => severity === 0)).toEqual([]);
	return result.glb;
}

const VIEWS_LOOKED_AT = ['threeQuarter', 'top'] as const;
type Tier = 'fast' | 'standard' | 'pro' | 'ultra';

async function similarities(before: Uint8Array, after: Uint8Array): Promise<number[]> {
	return (await likenessOf(before, after, VIEWS_LOOKED_AT)).map(({ similarity }) => similarity);
}

async function soundQuarterOf(glb: Uint8Array): Promise<Uint8Array> {
	const fitted = (await aQuarterOf(glb)).glb;
	const { issues } = await validateBytes(fitted);
	expect(issues.messages.filter(({ severity }) => severity === 0)).toEqual([]);
	return fitted;
}

const controller = async (profile: string, hand: string) =>
	new Uint8Array(readFileSync(path.join(await unpackControllers(), 'dist/profiles', profile, `${hand}.glb`)));

describe('a quarter of the faces', () => {
	it.each<[name: string, build: () => Promise<Uint8Array>]>([
		['60K faces with grain of 2K', () => grainyKnot(60_000, 2048)],
		['20K faces without texture', () => grainyKnot(20_000, 0)],
		['a published one of 22K faces, Magic Leap 2', () => controller('magicleap-two', 'none')],
		['a published one of 12K faces, Oculus Touch', () => controller('oculus-touch', 'left')],
		['a published one of 9K faces, Valve Index', () => controller('valve-index', 'left')],
		...(['fast', 'standard', 'pro', 'ultra'] as const).map((tier): [string, () => Promise<Uint8Array>] => [
			`the sandbox's ${tier} model`,
			() => sandboxModel(tier),
		]),
	])(
		'looks the same from two sides: %s',
		async (_name, build) => {
			const glb = await build();
			for (const similarity of await similarities(glb, await soundQuarterOf(glb)))
				expect(similarity).toBeGreaterThanOrEqual(0.97);
		},
		120_000,
	);

	// Grain has no larger detail that could stay alike: where a face of what is left is ten pixels wide and more, it slides
	// by parts of a pixel inside of each. A knot that was made of so few faces from the start is still less alike.
	it.each([
		[20_000, 0.965],
		[8_000, 0.92],
	])(
		'looks nearly the same where a rippled shape of %i faces carries grain, and better than one made of so few',
		async (faces, atLeast) => {
			const glb = await grainyKnot(faces, 512);
			const made = await withTexturesOf(glb, await grainyKnot(faces / 4, 16));
			const fitted = await similarities(glb, await soundQuarterOf(glb));
			const rebuilt = await similarities(glb, made);
			expect(mean(fitted)).toBeGreaterThan(atLeast);
			expect(mean(fitted)).toBeGreaterThan(mean(rebuilt) + 0.02);
			for (const [view, similarity] of fitted.entries()) expect(similarity).toBeGreaterThan(rebuilt[view]);
		},
		120_000,
	);

	// What is left has faces of ten pixels and more at every outline, and gaps a pixel wide lose their rims. Half as large, as
	// the reference program of the measure looks at any picture, the pictures are alike.
	it.each([
		['hp-mixed-reality', 'right'],
		['htc-vive-cosmos', 'left'],
		['samsung-galaxyxr', 'left'],
	])(
		'looks the same at 256 px, and nearly at 512, where a published model has few faces or many gaps: %s',
		async (profile, hand) => {
			const glb = await controller(profile, hand);
			const [front, above] = await likenessOf(glb, await soundQuarterOf(glb), VIEWS_LOOKED_AT);
			for (const { similarity, atReferenceSize } of [front, above]) {
				expect(similarity).toBeGreaterThan(0.96);
				expect(atReferenceSize).toBeGreaterThanOrEqual(0.97);
			}
		},
		120_000,
	);

	it('has the size of before to a hair, turned and scaled as it is shown', async () => {
		const document = await new WebIO().readBinary(await grainyKnot(20_000, 0));
		const [node] = document.getRoot().listNodes();
		node.setRotation([0.5, 0.5, -0.5, 0.5]).setScale([2, 1, 3]).setTranslation([1, 2, 3]);
		const glb = await new WebIO().writeBinary(document);
		const boxOf = async (file: Uint8Array) => {
			const [scene] = (await new WebIO().readBinary(file)).getRoot().listScenes();
			const { min, max } = getBounds(scene);
			return [...min, ...max];
		};
		const [before, after] = [await boxOf(glb), await boxOf(await soundQuarterOf(glb))];
		for (const [side, place] of before.entries()) expect(after[side]).toBeCloseTo(place, 5);
	});

	it('takes more from what has more faces than it shows', async () => {
		const builder = new GlbBuilder();
		const [ball, screw] = [sphereShape(0.5, 48), sphereShape(0.02, 96)];
		for (const [name, shape] of Object.entries({ ball, screw })) {
			const mesh = builder.mesh(primitiveOf(builder, shape, builder.material({ name } as object)));
			builder.node({ mesh, name, translation: name === 'screw' ? [0.52, 0, 0] : [0, 0, 0] });
		}
		const fitted = await new WebIO().readBinary(await soundQuarterOf(builder.toGlb()));
		const [ofBall, ofScrew] = fitted
			.getRoot()
			.listMeshes()
			.map((mesh) => mesh.listPrimitives()[0].getIndices()!.getCount() / 3);
		expect(ofBall).toBeGreaterThan((ball.indices.length / 3) * 0.5);
		expect(ofScrew).toBeLessThan((screw.indices.length / 3) * 0.25);
	});

	it('opens no gap where two materials meet, and none along a seam of the texture', async () => {
		const glb = twoHalves();
		const looked = async (file: Uint8Array) => {
			const result = await inspectModel(file, { ...timing, forPrinting: true });
			return result.ok && result.findings;
		};
		const closed = (found: string[] | false) => found && found.every((each) => each.includes('no area'));
		expect(closed(await looked(glb))).toBe(true);
		expect(closed(await looked(await soundQuarterOf(glb)))).toBe(true);
	});
});

/** A ball of two halves in materials of their own. */
function twoHalves(): Uint8Array {
	const builder = new GlbBuilder();
	const shape = sphereShape(0.25, 64);
	const middle = Math.floor(shape.indices.length / 6) * 3;
	const halves = [shape.indices.slice(0, middle), shape.indices.slice(middle)].map((indices) => ({
		...shape,
		indices,
	}));
	const primitives = halves.map((half, i) =>
		primitiveOf(builder, half, builder.material({ name: `half ${i}` } as object)),
	);
	builder.gltf.meshes = [{ primitives }];
	builder.node({ mesh: 0 });
	return builder.toGlb();
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;

async function sandboxModel(quality: Tier): Promise<Uint8Array> {
	const worker = new ModelWorker();
	try {
		return await worker.build({ mode: 'text', prompt: 'a red sports car', quality });
	} finally {
		await worker.close();
	}
}

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

it('says what it could not keep', async () => {
	const builder = new GlbBuilder();
	const material = builder.material({ name: 'red' } as object);
	builder.material({ name: 'spare' } as object);
	const mesh = builder.mesh(primitiveOf(builder, sphereShape(0.25), material));
	builder.node({ mesh, name: 'ball', extensions: { ACME_glow: { strength: 1 } } });
	builder.gltf.extensionsUsed = ['ACME_glow'];
	const result = await fitModel(builder.toGlb(), { ...timing, limits: {}, textureFormat: 'jpeg' });
	expect(result).toMatchObject({
		ok: true,
		changes: [
			'Removed what is never shown, and merged duplicates.',
			'Removed, because nothing shows them: materials "spare".',
			'Left out: the extensions "ACME_glow".',
		],
	});
});

it('merges what is there twice and leaves two names two', async () => {
	const builder = new GlbBuilder();
	for (const name of ['left', 'right']) {
		const material = builder.material({ name } as object);
		const mesh = builder.mesh(primitiveOf(builder, sphereShape(0.25), material));
		builder.node({ mesh, name });
	}
	const glb = builder.toGlb();
	const result = await fitModel(glb, { ...timing, limits: {}, textureFormat: 'jpeg' });
	if (!result.ok) throw new Error(result.reason);
	expect(await parts(result.glb)).toEqual(await parts(glb));
	expect(result.changes).toEqual(['Removed what is never shown, and merged duplicates.']);
	expect(result.glb.length).toBeLessThan(glb.length * 0.6);
});

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
