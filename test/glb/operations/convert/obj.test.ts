/** OBJ with materials and textures in a ZIP, as three.js and assimp read them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { convertModel } from '../../../../glb/operations/convert/convertModel';
import { GlbBuilder, primitiveOf, quadShape } from '../../../../harness/glb/glbBuilder';
import { timing } from '../../../../harness/glb/timing';
import { Bench, type Seen, ask, expectClose, hasProgram } from '../../../../harness/glb/conversions/readBack';
import { SHAPES } from '../../../../harness/glb/conversions/shapes';
import { unzip } from '../../../../harness/glb/conversions/unzip';

const unzipProgram = hasProgram('unzip') ? it : it.skip;
const assimp = hasProgram('assimp') ? it : it.skip;

async function convert(glb: Uint8Array, name?: string) {
	const result = await convertModel(glb, { ...timing, format: 'obj', name });
	if (!result.ok) throw new Error(result.reason);
	return { ...result, parts: unzip(result.file) };
}

describe('a model for other 3D programs', () => {
	const bench = new Bench();
	const folder = mkdtempSync(join(tmpdir(), 'image3d-obj-'));
	afterAll(() => {
		bench.clear();
		rmSync(folder, { recursive: true });
	});
	let models: Array<{ before: Seen; after: Seen; path: string }>;

	beforeAll(async () => {
		const paths: string[] = [];
		for (const [i, { build }] of SHAPES.entries()) {
			const glb = await build();
			paths.push(bench.store(glb, 'glb'));
			for (const [name, data] of (await convert(glb, 'shape')).parts) {
				const path = join(folder, String(i), name);
				mkdirSync(dirname(path), { recursive: true });
				writeFileSync(path, data);
				if (name.endsWith('.obj')) paths.push(path);
			}
		}
		const seen = bench.three(paths);
		models = SHAPES.map((_, i) => ({ before: seen[i * 2], after: seen[i * 2 + 1], path: paths[i * 2 + 1] }));
	}, 120_000);

	it.each(SHAPES.map(({ name }, i) => [name, i] as const))('%s has the shape that it had', (_name, i) => {
		const { before, after } = models[i];
		expect(after.faces).toBe(before.faces);
		expectClose(after.size, before.size);
		expectClose(after.min, before.min);
		if (SHAPES[i].isClosed) expectClose([after.volume], [before.volume]);
	});

	assimp(
		'assimp finds materials and textures where the file says they are',
		() => {
			for (const { path } of models) expect(ask('assimp', 'info', path)).toMatch(/Meshes:\s+[1-9]/);
			const { path } = models[SHAPES.findIndex(({ name }) => name === 'BoxTextured')];
			expect(ask('assimp', 'info', path)).toContain('Texture');
		},
		60_000,
	);

	it('names its three kinds of files safely and refers to them', async () => {
		const builder = new GlbBuilder();
		const image = await sharp({ create: { width: 4, height: 4, channels: 4, background: '#ff000080' } }).webp().toBuffer(); // prettier-ignore
		const index = builder.texture(image, 'image/webp');
		const material = builder.material({
			name: '../x',
			alphaMode: 'BLEND',
			pbrMetallicRoughness: { baseColorTexture: { index }, metallicFactor: 0.25 },
		} as object);
		builder.node({ mesh: builder.mesh(primitiveOf(builder, quadShape(1), material)) });
		const { parts } = await convert(builder.toGlb(), '../../Grüner Topf\n');
		expect([...parts.keys()]).toEqual(['Gruner_Topf.obj', 'Gruner_Topf.mtl', 'textures/texture1.png']);
		expect(parts.get('Gruner_Topf.obj')!.toString()).toContain('mtllib Gruner_Topf.mtl\n');
		const mtl = parts.get('Gruner_Topf.mtl')!.toString();
		for (const line of ['newmtl x', 'map_Kd textures/texture1.png', 'map_d textures/texture1.png', 'Pm 0.25'])
			expect(mtl).toContain(`${line}\n`);
	});

	it('says in its own words what a material of the older kind is made of', async () => {
		const builder = new GlbBuilder();
		const image = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#80c040' } }).png().toBuffer(); // prettier-ignore
		const index = builder.texture(image);
		const material = builder.material({
			emissiveFactor: [1, 1, 1],
			emissiveTexture: { index },
			extensions: {
				KHR_materials_pbrSpecularGlossiness: {
					diffuseFactor: [1, 0, 0, 1],
					diffuseTexture: { index },
					glossinessFactor: 0.75,
				},
			},
		} as object);
		builder.node({ mesh: builder.mesh(primitiveOf(builder, quadShape(1), material)) });
		const mtl = [...(await convert(builder.toGlb())).parts]
			.find(([name]) => name.endsWith('.mtl'))![1]
			.toString();
		for (const line of [
			'Kd 1 0 0',
			'Pm 0',
			'Pr 0.25',
			'map_Kd textures/texture1.png',
			'map_Ke textures/texture1.png',
		])
			expect(mtl).toContain(`${line}\n`);
	});

	unzipProgram('Info-ZIP finds nothing wrong with the archive', async () => {
		const { file } = await convert(await SHAPES[1].build());
		expect(ask('unzip', '-t', bench.store(file, 'zip'))).toContain('No errors detected');
	});
});
