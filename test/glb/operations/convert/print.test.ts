/** STL and 3MF: shape, size and place of what comes out, as other programs see it. */
import { convertModel } from '../../../../glb/operations/convert/convertModel';
import { GlbBuilder, primitiveOf } from '../../../../harness/glb/glbBuilder';
import { timing } from '../../../../harness/glb/timing';
import { Bench, type Seen, ask, expectClose, hasProgram } from '../../../../harness/glb/conversions/readBack';
import { SHAPES, ball, mirroredBox } from '../../../../harness/glb/conversions/shapes';
import { unzip } from '../../../../harness/glb/conversions/unzip';
import { readThreeMf } from '../../../../harness/glb/conversions/readThreeMf';

const admesh = hasProgram('admesh') ? it : it.skip;
const assimp = hasProgram('assimp') ? it : it.skip;

async function convert(glb: Uint8Array, format: 'stl' | '3mf', name?: string) {
	const result = await convertModel(glb, { ...timing, format, name });
	if (!result.ok) throw new Error(result.reason);
	return result;
}

describe('a model for a printer', () => {
	const bench = new Bench();
	afterAll(() => bench.clear());
	const models: Array<{ name: string; isClosed?: true; seen: Seen; stl: Seen; stlPath: string; threeMf: Uint8Array }> = []; // prettier-ignore

	beforeAll(async () => {
		const paths: string[] = [];
		const threeMfs: Uint8Array[] = [];
		for (const { build } of SHAPES) {
			const glb = await build();
			paths.push(bench.store(glb, 'glb'), bench.store((await convert(glb, 'stl')).file, 'stl'));
			threeMfs.push((await convert(glb, '3mf')).file);
		}
		const seen = bench.three(paths);
		SHAPES.forEach(
			({ name, isClosed }, i) =>
			models.push({ name, isClosed, seen: seen[i * 2], stl: seen[i * 2 + 1], stlPath: paths[i * 2 + 1], threeMf: threeMfs[i] }), // prettier-ignore
		);
	}, 120_000);

	it.each(SHAPES.map(({ name }, i) => [name, i] as const))(
		'%s has its size in millimeters, z up, on the bed',
		(_name, i) => {
			const { seen, stl, threeMf, isClosed } = models[i];
			const [width, height, depth] = seen.size.map((value) => value * 1000);
			const packed = readThreeMf(threeMf);
			for (const file of [stl, packed]) {
				expectClose(file.size, [width, depth, height]);
				expectClose(file.min.map((value) => value + width), [width, width, width]); // prettier-ignore
				if (isClosed) expectClose([file.volume], [seen.volume * 1e9]);
			}
			expect(packed.triangles).toHaveLength(stl.faces);
		},
	);

	admesh('admesh finds closed shapes closed and the right way out', async () => {
		for (const glb of [await mirroredBox(), ball()]) {
			const report = ask('admesh', bench.store((await convert(glb, 'stl')).file, 'stl'));
			expect(report).toMatch(/Total disconnected facets\s*:\s*0\s+0/);
			expect(report).toMatch(/Facets reversed\s*:\s*0/);
			expect(report).toMatch(/Number of parts\s*:\s*1\s+Volume\s*:\s*\d/);
		}
	});

	admesh(
		'admesh measures every closed shape as large as the GLB',
		() => {
			for (const { seen, stlPath, isClosed } of models) {
				const report = ask('admesh', stlPath);
				const sides = [...report.matchAll(/Min [XYZ] =\s*(\S+), Max [XYZ] =\s*(\S+)/g)];
				const size = sides.map(([, low, high]) => Number(high) - Number(low));
				const [width, height, depth] = seen.size.map((value) => value * 1000);
				expectClose(size, [width, depth, height]);
				const volume = Number(/Volume\s*:\s*(\S+)/.exec(report)?.[1]);
				if (isClosed) expectClose([volume], [seen.volume * 1e9]);
			}
		},
		60_000,
	);

	assimp(
		'assimp measures every file as large as the GLB',
		() => {
			for (const { seen, stlPath, threeMf } of models) {
				const [width, height, depth] = seen.size.map((value) => value * 1000);
				for (const path of [stlPath, bench.store(threeMf, '3mf')]) {
					const report = ask('assimp', 'info', path);
					const [low, high] = ['Minimum', 'Maximum'].map((word) =>
						new RegExp(`${word} point\\s+\\((\\S+) (\\S+) (\\S+)\\)`).exec(report)!.slice(1).map(Number),
					);
					expectClose(high.map((value, axis) => value - low[axis]), [width, depth, height]); // prettier-ignore
				}
			}
		},
		60_000,
	);

	it.each(['stl', '3mf'] as const)(
		'says that there is nothing to print in an %s of a line',
		async (format) => {
			const builder = new GlbBuilder();
			const line = { positions: [0, 0, 0, 1, 0, 0, 2, 0, 0], normals: Array<number>(9).fill(0), coordinates: Array<number>(6).fill(0), indices: [0, 1, 1, 1, 2, 2] }; // prettier-ignore
			builder.node({ mesh: builder.mesh(primitiveOf(builder, line)) });
			expect(await convertModel(builder.toGlb(), { ...timing, format })).toEqual({
				ok: false,
				reason: 'The model has no surface, so there is nothing to print.',
			});
		},
	);

	it('an STL says its unit and is not taken for text', async () => {
		const { file } = await convert(ball(), 'stl');
		const head = Buffer.from(file.subarray(0, 80)).toString('latin1');
		expect(head).toContain('millimeter');
		expect(head.startsWith('solid')).toBe(false);
		expect(file.length).toBe(84 + 50 * new DataView(file.buffer).getUint32(80, true));
	});

	it('a 3MF has its three parts, its unit, its title and the color of each material', async () => {
		const { file } = await convert(ball(), '3mf', 'Tom & "Jerry" <3\u0000');
		expect([...unzip(file).keys()]).toEqual(['[Content_Types].xml', '_rels/.rels', '3D/3dmodel.model']);
		const { xml } = readThreeMf(file);
		expect(xml).toContain('<model unit="millimeter"');
		expect(xml).toContain('Tom &amp; &quot;Jerry&quot; &lt;3 ');
		expect(xml).toContain('displaycolor="#FF0000"');
	});

	it('a 3MF joins the vertices of a seam, so that every edge has two triangles', () => {
		const { triangles } = readThreeMf(models[SHAPES.findIndex(({ name }) => name === 'BoxTextured')].threeMf);
		const edges = new Map<string, number>();
		for (const [a, b, c] of triangles)
			for (const [from, to] of [[a, b], [b, c], [c, a]]) // prettier-ignore
				edges.set(`${from}-${to}`, (edges.get(`${from}-${to}`) ?? 0) + 1);
		for (const [edge, count] of edges) {
			expect(count).toBe(1);
			expect(edges.get(edge.split('-').reverse().join('-'))).toBe(1);
		}
	});
});
