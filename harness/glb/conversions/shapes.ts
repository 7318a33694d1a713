/** Models that every converter is tried with, each with what is known of its shape. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelWorker } from '../../../sandbox/models/modelWorker';
import { meshopt } from '@gltf-transform/functions';
import { MeshoptEncoder } from 'meshoptimizer/encoder';
import { readDocument, writeDocument } from '../../../glb/operations/document';
import { cubePrimitive, newDocument, toGlb } from '../buildGlb';
import { GlbBuilder, primitiveOf, sphereShape } from '../glbBuilder';
import { materialsScene, structureScene, transparencyScene } from '../scenes';

const CORPUS = join(__dirname, '..', 'corpus', 'glb');

export interface Shape {
	name: string;
	build: () => Uint8Array | Promise<Uint8Array>;
	/** Whether it has an inside, so that its volume says something. */
	isClosed?: true;
}

const sample = (name: string, isClosed?: true): Shape => ({
	name,
	build: () => readFileSync(join(CORPUS, `${name}.glb`)),
	isClosed,
});

/** A box of 2 × 4 × 6 m away from the origin, mirrored, so that its triangles have to be turned. */
export async function mirroredBox(): Promise<Uint8Array> {
	const { document, scene } = newDocument();
	const mesh = document.createMesh('box').addPrimitive(cubePrimitive(document));
	scene.addChild(document.createNode('box').setMesh(mesh).setScale([-2, 4, 6]).setTranslation([10, 0, 0]));
	return await toGlb(document);
}

export function ball(): Uint8Array {
	const builder = new GlbBuilder();
	const material = builder.material({ pbrMetallicRoughness: { baseColorFactor: [1, 0, 0, 1] } });
	builder.node({ mesh: builder.mesh(primitiveOf(builder, sphereShape(0.25), material)) });
	return builder.toGlb();
}

/** The ball with its geometry packed. */
async function packedBall(): Promise<Uint8Array> {
	const opened = await readDocument(ball(), { asset: { version: '2.0' } });
	if (!opened.ok) throw new Error(opened.reason);
	await MeshoptEncoder.ready;
	await opened.document.transform(meshopt({ encoder: MeshoptEncoder }));
	return await writeDocument(opened.document);
}

async function sandboxModel(quality: 'fast' | 'standard' | 'pro' | 'ultra'): Promise<Uint8Array> {
	const worker = new ModelWorker();
	try {
		return await worker.build({ mode: 'text', prompt: 'a red chair', quality });
	} finally {
		await worker.close();
	}
}

export const SHAPES: readonly Shape[] = [
	sample('AnimatedMorphCube', true),
	sample('BoxTextured', true),
	sample('SimpleSkin'),
	sample('TextureTransformTest'),
	{ name: 'a mirrored box', build: mirroredBox, isClosed: true },
	{ name: 'a ball', build: ball },
	{ name: 'a packed ball', build: packedBall },
	...(['fast', 'standard', 'pro', 'ultra'] as const).map(
		(quality): Shape => ({
			name: `the sandbox's ${quality} chair`,
			build: () => sandboxModel(quality),
			isClosed: true,
		}),
	),
	{ name: 'materials', build: materialsScene },
	{ name: 'transparency', build: transparencyScene },
	{ name: 'structure', build: structureScene },
];
