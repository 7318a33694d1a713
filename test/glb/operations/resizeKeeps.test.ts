/** A resize puts one node above the scene and touches nothing else: skins, animations and the packed bytes are as they were. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { validateBytes } from 'gltf-validator';
import { resizeModel } from '../../../glb/operations';
import { chunksAfterJson } from '../../../glb/operations/container';
import { measureModel } from '../../../glb/operations/measureModel';
import { readGlbJson } from '../../../glb/facts/glbHead';
import { readerOf } from '../../../harness/glb/buildGlb';
import { timing } from '../../../harness/glb/timing';

const corpus = (name: string) => async () =>
	new Uint8Array(readFileSync(path.resolve(__dirname, `../../../harness/glb/corpus/glb/${name}.glb`)));

async function described(glb: Uint8Array) {
	const head = await readGlbJson(readerOf(glb).read, glb.length);
	if (!head.ok) throw new Error(head.reason);
	return head;
}

async function resize(glb: Uint8Array) {
	const options = { ...timing, dimension: 'height', lengthM: 0.82, pivot: 'bottomCenter' } as const;
	const result = await resizeModel(glb, options);
	if (!result.ok) throw new Error(result.reason);
	return result;
}

describe.each(['SimpleSkin', 'AnimatedMorphCube', 'BoxTextured', 'TextureTransformTest'])('%s', (name) => {
	let before: Uint8Array;
	let after: Awaited<ReturnType<typeof resize>>;

	beforeAll(async () => {
		before = await corpus(name)();
		after = await resize(before);
	});

	it('has one node more, above what it had, and all else as it was', async () => {
		const [was, is] = [(await described(before)).gltf, (await described(after.glb)).gltf];
		const { nodes = [], scenes = [], ...others } = is;
		expect(nodes.slice(0, -1)).toEqual(was.nodes);
		expect(nodes.at(-1)).toMatchObject({ name: 'RealSize', children: was.scenes![0].nodes });
		expect(scenes[0].nodes).toEqual([nodes.length - 1]);
		const { nodes: _nodes, scenes: _scenes, ...othersBefore } = was;
		expect(others).toEqual(othersBefore);
	});

	it('has its bytes of shape, skins, animations and images as they were', async () => {
		const [was, is] = [await described(before), await described(after.glb)];
		expect(Buffer.compare(chunksAfterJson(after.glb, is.header), chunksAfterJson(before, was.header))).toBe(
			0,
		);
	});

	it('is as high as was asked for where it is drawn, stands on the ground, and says so', async () => {
		const measured = await measureModel(after.glb, await described(after.glb), timing);
		if (!measured.ok) throw new Error(measured.reason);
		const { min, max } = measured.extents;
		expect(max[1] - min[1]).toBeCloseTo(0.82, 5);
		expect(min[1]).toBeCloseTo(0, 5);
		for (const axis of [0, 1, 2]) {
			expect(after.boundingBox.min[axis]).toBeCloseTo(min[axis], 5);
			expect(after.boundingBox.max[axis]).toBeCloseTo(max[axis], 5);
		}
		expect((await validateBytes(after.glb)).issues.numErrors).toBe(0);
	});
});
