/** USDZ: the rules of its archive, and shape and materials as three.js reads them. */
import sharp from 'sharp';
import { convertModel } from '../../../../glb/operations/convert/convertModel';
import { GlbBuilder, primitiveOf, quadShape } from '../../../../harness/glb/glbBuilder';
import { timing } from '../../../../harness/glb/timing';
import { Bench, type Seen, ask, expectClose, hasProgram } from '../../../../harness/glb/conversions/readBack';
import { SHAPES } from '../../../../harness/glb/conversions/shapes';

const assimp = hasProgram('assimp') ? it : it.skip;

async function convert(glb: Uint8Array, name?: string) {
	const result = await convertModel(glb, { ...timing, format: 'usdz', name });
	if (!result.ok) throw new Error(result.reason);
	return result;
}

interface Entry {
	name: string;
	method: number;
	data: Buffer;
	offset: number;
}

/** The entries of an archive from their own headers, one after another. */
function entriesOf(file: Uint8Array): Entry[] {
	const zip = Buffer.from(file);
	const entries: Entry[] = [];
	for (let at = 0; zip.readUInt32LE(at) === 0x04034b50; ) {
		const nameLength = zip.readUInt16LE(at + 26);
		const offset = at + 30 + nameLength + zip.readUInt16LE(at + 28);
		const end = offset + zip.readUInt32LE(at + 18);
		const name = zip.toString('utf8', at + 30, at + 30 + nameLength);
		entries.push({ name, method: zip.readUInt16LE(at + 8), data: zip.subarray(offset, end), offset });
		at = end;
	}
	return entries;
}

const layerOf = (file: Uint8Array) => entriesOf(file)[0].data.toString('utf8');

/** A square with every map there is, two of them lying on it in another way. */
async function richSquare(): Promise<Uint8Array> {
	const builder = new GlbBuilder();
	const image = (background: string) => sharp({ create: { width: 8, height: 8, channels: 3, background } });
	const color = builder.texture(await image('red').webp().toBuffer(), 'image/webp', {
		wrapS: 33071,
		wrapT: 33648,
	});
	const data = builder.texture(await image('#80c040').png().toBuffer());
	const normal = builder.texture(await image('#8080ff').jpeg().toBuffer(), 'image/jpeg');
	const turned = { KHR_texture_transform: { offset: [0.5, 0], rotation: 0.5, scale: [2, 3] } };
	const material = builder.material({
		name: 'Töpf 1/ä',
		pbrMetallicRoughness: {
			baseColorFactor: [0.5, 1, 1, 0.75],
			baseColorTexture: { index: color },
			metallicFactor: 0.5,
			roughnessFactor: 0.25,
			metallicRoughnessTexture: { index: data, extensions: turned },
		},
		normalTexture: { index: normal, scale: 0.5 },
		occlusionTexture: { index: data, strength: 0.5 },
		emissiveTexture: { index: normal, extensions: turned },
		emissiveFactor: [1, 0.5, 0],
		alphaMode: 'MASK',
		alphaCutoff: 0.3,
		doubleSided: true,
	} as object);
	// As three.js reads a WebP in Node.js; the format asks for its extension.
	builder.gltf.extensionsUsed = ['EXT_texture_webp', 'KHR_texture_transform'];
	builder.node({ mesh: builder.mesh(primitiveOf(builder, quadShape(0.5), material)) });
	return builder.toGlb();
}

/** A transform of a texture as glTF names it. */
interface Transform {
	offset?: [number, number];
	rotation?: number;
	scale?: [number, number];
}

/** A square, its color lying on it as it is and its shine as `transform` says. */
async function squareWith(transform: Transform): Promise<Uint8Array> {
	const builder = new GlbBuilder();
	const image = sharp({ create: { width: 8, height: 8, channels: 3, background: '#80c040' } });
	const index = builder.texture(await image.png().toBuffer());
	const turned = { index, extensions: { KHR_texture_transform: transform } };
	const material = builder.material({
		pbrMetallicRoughness: { baseColorTexture: { index }, metallicRoughnessTexture: turned },
	} as object);
	builder.gltf.extensionsUsed = ['KHR_texture_transform'];
	builder.node({ mesh: builder.mesh(primitiveOf(builder, quadShape(1), material)) });
	return builder.toGlb();
}

/** Where a shader looks a texture up at each corner: its reader's numbers, with v from the top as in glTF. */
function lookedUp(layer: string, shader: string): number[][] {
	const after = (text: string) => layer.slice(layer.indexOf(text));
	const [, reader] = /inputs:st\.connect = <[^>]*\/(\w+)\.outputs/.exec(after(`def Shader "${shader}"`))!;
	const [, varname] = /inputs:varname = "(\w+)"/.exec(after(`def Shader "${reader}"`))!;
	const [, list] = new RegExp(`primvars:${varname} = \\[(.*)\\]`).exec(layer)!;
	return [...list.matchAll(/\(([^,]+), ([^)]+)\)/g)].map(([, u, v]) => [Number(u), 1 - Number(v)]);
}

describe('a model for the iPhone', () => {
	const bench = new Bench();
	afterAll(() => bench.clear());
	let models: Array<{ file: Uint8Array; before: Seen; after: Seen; path: string }>;

	beforeAll(async () => {
		const files: Uint8Array[] = [];
		const paths: string[] = [];
		for (const { build } of SHAPES) {
			const glb = await build();
			files.push((await convert(glb)).file);
			paths.push(bench.store(glb, 'glb'), bench.store(files.at(-1)!, 'usdz'));
		}
		const seen = bench.three(paths);
		models = files.map((file, i) => ({
			file,
			before: seen[i * 2],
			after: seen[i * 2 + 1],
			path: paths[i * 2 + 1],
		}));
	}, 120_000);

	describe.each(SHAPES.map(({ name }, i) => [name, i] as const))('%s', (_name, i) => {
		it('has the shape, the size and the place that it had', () => {
			const { before, after } = models[i];
			expect(after.faces).toBe(before.faces);
			expectClose(after.size, before.size);
			expectClose(after.min, before.min);
			if (before.coordinates.some((value) => value !== 0)) expectClose(after.coordinates, before.coordinates);
			if (SHAPES[i].isClosed) expectClose([after.volume], [before.volume]);
		});

		it('is an archive as the specification asks for', () => {
			const entries = entriesOf(models[i].file);
			expect(entries[0].name).toBe('model.usda');
			for (const { name, method, offset, data } of entries) {
				expect(method).toBe(0);
				expect(offset % 64).toBe(0);
				if (name.endsWith('.png')) expect(data.subarray(1, 4).toString()).toBe('PNG');
				else if (name.endsWith('.jpg')) expect([...data.subarray(0, 2)]).toEqual([0xff, 0xd8]);
				else expect(name).toBe('model.usda');
			}
			const layer = layerOf(models[i].file);
			for (const line of ['metersPerUnit = 1', 'upAxis = "Y"', 'defaultPrim = "Model"'])
				expect(layer).toContain(line);
			const named = [...layer.matchAll(/@textures\/([^@]+)@/g)].map(([, name]) => `textures/${name}`);
			expect(new Set(named)).toEqual(new Set(entries.slice(1).map(({ name }) => name)));
			for (const [, path] of layer.matchAll(/<([^>.]+)[^>]*>/g)) {
				const prim = path.split('/').pop()!;
				expect(layer).toContain(` "${prim}"`);
			}
		});
	});

	it('keeps what materials are like', async () => {
		const glb = await richSquare();
		const { file, changes } = await convert(glb);
		const [before, after] = bench.three([bench.store(glb, 'glb'), bench.store(file, 'usdz')]);
		expect(after.materials[0].maps).toEqual(before.materials[0].maps);
		expect(after.materials[0]).toMatchObject({ alphaTest: 0.3, color: [0.5, 1, 1] });
		expect(changes).toEqual([
			'Corrected entries of its description that the format does not allow.',
			'Textures saved as JPEG or PNG: 1.',
			'Texture transforms were applied to the texture coordinates.',
		]);
		const layer = layerOf(file);
		expect(layer).toContain('def Material "Topf_1_a"');
		const shader = (name: string) => layer.slice(layer.indexOf(`def Shader "${name}"`)).split('}')[0];
		expect(shader('metallicTexture')).toContain('outputs:b');
		expect(shader('metallicTexture')).toContain('inputs:scale = (0.5, 0.5, 0.5, 1)');
		expect(shader('metallicTexture')).toContain('"raw"');
		expect(shader('metallicTexture')).toContain('st1Reader');
		expect(shader('roughnessTexture')).toContain('outputs:g');
		expect(shader('roughnessTexture')).toContain('inputs:scale = (0.25, 0.25, 0.25, 1)');
		expect(shader('normalTexture')).toContain('inputs:scale = (1, 1, 2, 1)');
		expect(shader('normalTexture')).toContain('inputs:bias = (-0.5, -0.5, -1, 0)');
		expect(shader('occlusionTexture')).toContain('inputs:bias = (0.5, 0.5, 0.5, 0)');
		expect(shader('diffuseColorTexture')).toContain('"sRGB"');
		expect(shader('diffuseColorTexture')).toContain('wrapS = "clamp"');
		expect(shader('diffuseColorTexture')).toContain('wrapT = "mirror"');
		expect(shader('opacityTexture')).toContain('inputs:scale = (1, 1, 1, 0.75)');
		expect(layer).toContain('inputs:opacityThreshold = 0.3');
		// three.js looks away from it.
		expect(layer).toContain('uniform bool doubleSided = 1');
	});

	it.each(['jpeg', 'png', 'webp'] as const)(
		'keeps the size of a %s whose sides are no powers of two',
		async (kind) => {
			const builder = new GlbBuilder();
			const plain = sharp({ create: { width: 77, height: 301, channels: 3, background: '#a03050' } });
			const texture = builder.texture(await plain.toFormat(kind).toBuffer(), `image/${kind}`);
			const material = builder.material({ pbrMetallicRoughness: { baseColorTexture: { index: texture } } });
			builder.node({ mesh: builder.mesh(primitiveOf(builder, quadShape(), material)) });
			const [, image] = entriesOf((await convert(builder.toGlb())).file);
			const { width, height, format } = await sharp(image.data).metadata();
			expect([width, height]).toEqual([77, 301]);
			// USDZ knows no WebP.
			expect(['jpeg', 'png']).toContain(format);
			if (kind !== 'webp') expect(format).toBe(kind);
			expect(image.name).toMatch(format === 'jpeg' ? /\.jpg$/ : /\.png$/);
		},
	);

	// Corners from the lower left, row by row: (0, 1), (1, 1), (0, 0), (1, 0), with v from the top.
	it.each<[what: string, transform: Transform, corners: number[][]]>([
		[
			'moved',
			{ offset: [0.25, -0.5] },
			[
				[0.25, 0.5],
				[1.25, 0.5],
				[0.25, -0.5],
				[1.25, -0.5],
			],
		],
		[
			'repeated',
			{ scale: [2, 3] },
			[
				[0, 3],
				[2, 3],
				[0, 0],
				[2, 0],
			],
		],
		// A quarter counterclockwise as it is seen: (1, 0) comes to (0, -1), which is up.
		[
			'turned',
			{ rotation: Math.PI / 2 },
			[
				[1, 0],
				[1, -1],
				[0, 0],
				[0, -1],
			],
		],
		[
			'upside down',
			{ offset: [0, 1], scale: [1, -1] },
			[
				[0, 0],
				[1, 0],
				[0, 1],
				[1, 1],
			],
		],
		// The example of KHR_texture_transform: the lower left quarter of the image, turned clockwise.
		[
			'the lower left quarter',
			{ offset: [0, 1], rotation: Math.PI / 2, scale: [0.5, 0.5] },
			[
				[0.5, 1],
				[0.5, 0.5],
				[0, 1],
				[0, 0.5],
			],
		],
		// Stretched, then turned, then moved: 30 degrees have a cosine of 0.8660254 and a sine of 0.5.
		[
			'all at once',
			{ offset: [0.2, 0.1], rotation: Math.PI / 6, scale: [2, 3] },
			[
				[1.7, 2.6980762],
				[3.4320508, 1.6980762],
				[0.2, 0.1],
				[1.9320508, -0.9],
			],
		],
	])('a texture is looked up where glTF says: %s', async (_what, transform, corners) => {
		const layer = layerOf((await convert(await squareWith(transform))).file);
		const close = (found: number[][], wanted: number[][]) => {
			expect(found).toHaveLength(wanted.length);
			for (const [i, point] of wanted.entries())
				for (const [axis, value] of point.entries()) expect(found[i][axis]).toBeCloseTo(value, 5);
		};
		close(lookedUp(layer, 'diffuseColorTexture'), [
			[0, 1],
			[1, 1],
			[0, 0],
			[1, 0],
		]);
		close(lookedUp(layer, 'roughnessTexture'), corners);
		// In the coordinates, so that no reader can take it otherwise.
		expect(layer).not.toContain('UsdTransform2d');
	});

	it('gives every part a name of its own that USD takes for one', async () => {
		const builder = new GlbBuilder();
		const mesh = builder.mesh(primitiveOf(builder, quadShape(1)));
		const names = ['', '1 a', 'Materials', 'a', 'a', 'é', '"}', 'x'.repeat(500), 7 as unknown as string];
		for (const name of names) builder.node({ mesh, name });
		const { file } = await convert(builder.toGlb(), '7 "zwerge"');
		const layer = layerOf(file);
		expect(layer).toContain('defaultPrim = "_7_zwerge"');
		const found = [...layer.matchAll(/def Mesh "([^"]*)"/g)].map(([, name]) => name);
		expect(new Set(found).size).toBe(names.length);
		for (const name of found) expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_]{0,70}$/);
	});

	assimp(
		'assimp knows the kind of file where it was built with it',
		() => {
			if (!ask('assimp', 'listext').includes('*.usdz')) return;
			for (const { path } of models) expect(ask('assimp', 'info', path)).toMatch(/Meshes:\s+[1-9]/);
		},
		60_000,
	);
});
