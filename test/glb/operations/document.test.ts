/** What is opened as a document, and what is refused in a sentence of its own, before or after: libraries trust the rest. */
import { readGlbJson } from '../../../glb/facts/glbHead';
import { readDocument } from '../../../glb/operations';
import { rawGlb, readerOf } from '../../../harness/glb/buildGlb';
import { GlbBuilder, primitiveOf, quadShape } from '../../../harness/glb/glbBuilder';

async function open(glb: Uint8Array) {
	const head = await readGlbJson(readerOf(glb).read, glb.length);
	if (!head.ok) throw new Error(head.reason);
	return await readDocument(glb, head.gltf);
}

const many = (count: number, value: object = {}) => Array<object>(count).fill(value);
const asset = { version: '2.0' };

describe('a description that asks for too much', () => {
	it.each([
		[
			'accessors',
			{ accessors: many(20_001) },
			'The model has 20,001 accessors; models with up to 20,000 can be changed.',
		],
		[
			'nodes',
			{ nodes: many(10_001) },
			'The model has 10,001 nodes; models with up to 10,000 can be changed.',
		],
		[
			'parts',
			{ meshes: [{ primitives: many(2_001) }] },
			'The model has 2,001 parts; models with up to 2,000 can be changed.',
		],
		[
			'numbers',
			{ accessors: [{ type: 'VEC4', componentType: 5126, count: 50_000_000 }] },
			'The shape of the model would take 800 MB; models of up to 403 MB can be changed.',
		],
		[
			'numbers of kinds that nobody knows',
			{ accessors: [{ type: 'VEC9', componentType: 1, count: 200_000_000 }] },
			'The shape of the model would take 800 MB; models of up to 403 MB can be changed.',
		],
		[
			'numbers that are packed',
			{
				bufferViews: [{ extensions: { EXT_meshopt_compression: { count: 50_000_000, byteStride: 16 } } }],
			},
			'The shape of the model would take 800 MB; models of up to 403 MB can be changed.',
		],
		[
			'images',
			{
				images: [{ bufferView: 0 }, { uri: 'data:image/png;base64,AAAA' }],
				bufferViews: [{ byteLength: 300 * 1024 * 1024 }],
			},
			'The images of the model take 315 MB; up to 269 MB can be changed.',
		],
		[
			'two parents of a node',
			{ nodes: [{ children: [2] }, { children: [2] }, {}] },
			'The model file is damaged: one of its parts belongs to two others.',
		],
		[
			'a circle of nodes',
			{ nodes: [{}, { children: [2] }, { children: [1] }] },
			'The model file is damaged: one of its parts belongs to two others.',
		],
	])('(%s) is refused before anything is made of it', async (_what, more, reason) => {
		expect(await open(rawGlb({ asset, ...more }))).toEqual({ ok: false, reason });
	});
});

/** A square with a skin of two joints, changed before it is written. */
function square(change: (builder: GlbBuilder) => void): Uint8Array {
	const builder = new GlbBuilder();
	const primitive = primitiveOf(builder, quadShape());
	primitive.attributes = {
		...primitive.attributes,
		JOINTS_0: builder.accessor(new Uint8Array(16), 'VEC4'),
		WEIGHTS_0: builder.accessor(Float32Array.of(...[1, 2, 3, 4].flatMap(() => [1, 0, 0, 0])), 'VEC4'),
	};
	builder.node({ mesh: builder.mesh(primitive), skin: 0 });
	builder.gltf.skins = [{ joints: [1, 2] }];
	builder.node({});
	builder.node({});
	change(builder);
	return builder.toGlb();
}

const partOf = ({ gltf }: GlbBuilder) => gltf.meshes[0].primitives![0];
const accessorOf = (builder: GlbBuilder, name: string) =>
	builder.gltf.accessors[(partOf(builder).attributes as Record<string, number>)[name]];
const put = (builder: GlbBuilder, name: string, accessor: number) =>
	void ((partOf(builder).attributes as Record<string, number>)[name] = accessor);

describe('a shape that libraries in WebAssembly must not get', () => {
	it('is not what a sound one is', async () => {
		expect(await open(square(() => undefined))).toMatchObject({ ok: true });
	});

	it('is not what a part without positions is', async () => {
		const glb = square((builder) => void (partOf(builder).attributes = {}));
		expect(await open(glb)).toMatchObject({ ok: true });
	});

	it.each<[string, (builder: GlbBuilder) => void]>([
		['a position does not have three coordinates', (b) => put(b, 'POSITION', b.accessor(new Float32Array(8), 'VEC2'))],
		['a part of its shape has more or less data than vertices', (b) => void (accessorOf(b, 'NORMAL').count = 3)],
		['one of its vertices has no position', (b) => put(b, 'POSITION', b.accessor(new Float32Array(12).fill(Number.NaN), 'VEC3'))],
		['one of its faces uses a vertex that does not exist', (b) => void (partOf(b).indices = b.accessor(Uint32Array.of(0, 1, 4)))],
		['the order of its vertices is not a list of numbers', (b) => void (partOf(b).indices = b.accessor(Int16Array.of(0, 1, 2)))],
		['one of its vertices uses a joint that does not exist', (b) => put(b, 'JOINTS_0', b.accessor(new Uint8Array(16).fill(2), 'VEC4'))],
		['its parts do not fit together', (b) => void (b.gltf.bufferViews[0].byteOffset = 1e6)],
	])('is refused: %s', async (reason, change) => {
		expect(await open(square(change))).toEqual({ ok: false, reason: expect.stringContaining(reason) });
	}); // prettier-ignore
});

it('reads nothing that lies outside the file', async () => {
	const glb = square(({ gltf }) => {
		gltf.images.push({ uri: 'file:///etc/passwd' });
	});
	expect(await open(glb)).toEqual({ ok: false, reason: expect.stringMatching(/^The model file is damaged/) });
});
