/** Models that show what the format can do, each a small GLB that the pictures are checked with. */
import sharp from 'sharp';
import { GlbBuilder, gridShape, primitiveOf, quadShape, sphereShape, type Shape } from './glbBuilder';

const png = (svg: string) => sharp(Buffer.from(svg)).png().toBuffer();

const CHECKER = `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><rect width="256" height="256"
	fill="#f2e8d5"/><g fill="#2f6f5e"><rect width="128" height="128"/><rect x="128" y="128" width="128" height="128"/></g>
	<text x="20" y="100" font-family="sans-serif" font-size="90" fill="#fff">A</text>
	<text x="150" y="100" font-family="sans-serif" font-size="90" fill="#b5452c">B</text></svg>`;

/** Rows of balls from matt to polished, dielectric and metal, with light of their own, unlit, and vertex colors. */
export function materialsScene(): Uint8Array {
	const builder = new GlbBuilder();
	const ball = (x: number, y: number, material: object, shape: Shape = sphereShape(0.45)) => {
		const primitive = primitiveOf(builder, shape, builder.material(material));
		builder.node({ mesh: builder.mesh(primitive), translation: [x, y, 0] });
		return primitive;
	};
	[0, 0.25, 0.5, 0.75, 1].forEach((roughness, x) => {
		ball(x, 2, { pbrMetallicRoughness: { baseColorFactor: [0.9, 0.6, 0.2, 1], metallicFactor: 1, roughnessFactor: roughness } }); // prettier-ignore
		ball(x, 1, { pbrMetallicRoughness: { baseColorFactor: [0.7, 0.05, 0.05, 1], metallicFactor: 0, roughnessFactor: roughness } }); // prettier-ignore
	});
	const matt = { metallicFactor: 0, roughnessFactor: 1 };
	ball(0, 0, { pbrMetallicRoughness: matt, emissiveFactor: [0.1, 0.5, 0.9] });
	ball(1, 0, { pbrMetallicRoughness: { ...matt, baseColorFactor: [0.2, 0.7, 0.3, 1] }, extensions: { KHR_materials_unlit: {} } }); // prettier-ignore
	ball(2, 0, { pbrMetallicRoughness: { ...matt, baseColorFactor: [0.02, 0.02, 0.02, 1] } });
	ball(3, 0, { pbrMetallicRoughness: { ...matt, baseColorFactor: [1, 1, 1, 1] } });
	const shape = sphereShape(0.45);
	const painted = ball(4, 0, { pbrMetallicRoughness: matt }, shape);
	const colors = shape.normals.map((value) => Math.round((value * 0.5 + 0.5) * 255));
	const rgba = colors.flatMap((value, index) => (index % 3 === 2 ? [value, 255] : [value]));
	painted.attributes = {
		...painted.attributes,
		COLOR_0: builder.accessor(new Uint8Array(rgba), 'VEC4', true),
	};
	builder.gltf.extensionsUsed = ['KHR_materials_unlit'];
	return builder.toGlb();
}

/** Panes of colored glass in front of each other, a leaf that is cut out, and a sheet that is seen from both sides. */
export async function transparencyScene(): Promise<Uint8Array> {
	const builder = new GlbBuilder();
	const matt = { metallicFactor: 0, roughnessFactor: 0.6 };
	const pane = (color: number[], position: [number, number, number]) => {
		const material = builder.material({
			pbrMetallicRoughness: { ...matt, baseColorFactor: color },
			alphaMode: 'BLEND',
			doubleSided: true,
		});
		builder.node({
			mesh: builder.mesh(primitiveOf(builder, quadShape(1.2), material)),
			translation: position,
		});
	};
	pane([0.9, 0.1, 0.1, 0.4], [-0.7, 0.2, 0.5]);
	pane([0.1, 0.3, 0.9, 0.5], [-0.3, 0, 0]);
	pane([0.1, 0.7, 0.2, 0.4], [-0.5, -0.3, -0.5]);
	const leaf =
		await png(`<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><path fill="#3f8f3a"
		d="M128 8C190 60 230 120 128 248C26 120 66 60 128 8Z"/><path d="M128 20V240" stroke="#2b6327" stroke-width="8"/></svg>`);
	const cutOut = builder.material({
		pbrMetallicRoughness: { ...matt, baseColorTexture: { index: builder.texture(leaf) } },
		alphaMode: 'MASK',
		alphaCutoff: 0.5,
		doubleSided: true,
	});
	const cut = primitiveOf(builder, quadShape(1.4), cutOut);
	builder.node({ mesh: builder.mesh(cut), translation: [1, 0, 0], rotation: [0, 0.3826834, 0, 0.9238795] });
	const sheet = builder.material({ pbrMetallicRoughness: { ...matt, baseColorFactor: [0.8, 0.5, 0.1, 1] }, doubleSided: true }); // prettier-ignore
	const bend = gridShape(16, 4, (u, v) => {
		const angle = Math.PI * (u * 1.2 - 0.1);
		return { point: [-Math.cos(angle) * 0.5, v * 0.5, -Math.sin(angle) * 0.5], normal: [-Math.cos(angle), 0, -Math.sin(angle)] }; // prettier-ignore
	});
	builder.node({ mesh: builder.mesh(primitiveOf(builder, bend, sheet)), translation: [0.6, -0.9, 1] });
	return builder.toGlb();
}

/** Nodes in nodes, mirrored and uneven scale, strips, fans, packed numbers, bent textures, morphs and a skin. */
export async function structureScene(): Promise<Uint8Array> {
	const builder = new GlbBuilder();
	const texture = builder.texture(await png(CHECKER));
	const mirrored = builder.texture(await png(CHECKER), 'image/png', { wrapS: 33648, wrapT: 33071 });
	const checker = (transform?: object, index = texture) =>
		builder.material({
			pbrMetallicRoughness: {
				metallicFactor: 0,
				roughnessFactor: 0.8,
				baseColorTexture: { index, extensions: transform && { KHR_texture_transform: transform } },
			},
		} as object);
	const plain = checker();
	const quad = builder.mesh(primitiveOf(builder, quadShape(0.9), plain));
	builder.node({ mesh: quad, translation: [-1.5, 1, 0] });
	builder.node({ mesh: quad, translation: [-0.5, 1, 0], scale: [-1, 1, 1] });
	const parent = builder.node({ translation: [0.5, 1, 0], rotation: [0, 0, 0.3826834, 0.9238795], scale: [0.8, 0.4, 1] }); // prettier-ignore
	builder.node({ mesh: quad, rotation: [0, 0, 0.1950903, 0.9807853] }, parent);
	const turned = checker({ offset: [0.25, 0], rotation: 0.6, scale: [2, 1] });
	builder.node({
		mesh: builder.mesh(primitiveOf(builder, quadShape(0.9), turned)),
		translation: [1.5, 1, 0],
	});
	const wrapped = checker({ offset: [-0.5, -0.5], scale: [2, 2] }, mirrored);
	builder.node({
		mesh: builder.mesh(primitiveOf(builder, quadShape(0.9), wrapped)),
		translation: [-1.5, 0, 0],
	});
	builder.node({ mesh: stripAndFan(builder, plain), translation: [-0.5, 0, 0] });
	builder.node({ mesh: packedBall(builder, plain), translation: [0.5, 0, 0], scale: [0.45, 0.45, 0.45] });
	builder.node({ mesh: morphedBall(builder, plain), translation: [1.5, 0, 0] });
	addSkinnedTube(builder, plain);
	builder.gltf.extensionsUsed = ['KHR_texture_transform', 'KHR_mesh_quantization'];
	builder.gltf.extensionsRequired = ['KHR_mesh_quantization'];
	return builder.toGlb();
}

/** A strip above a fan, without an index for the fan. */
function stripAndFan(builder: GlbBuilder, material: number): number {
	const positions = new Float32Array([
		-0.4, 0, 0, 0.4, 0, 0, -0.4, 0.2, 0, 0.4, 0.2, 0, -0.2, 0.45, 0, 0.2, 0.45, 0,
	]);
	const strip = {
		attributes: { POSITION: builder.accessor(positions, 'VEC3') },
		indices: builder.accessor(new Uint8Array([0, 1, 2, 3, 4, 5])),
		mode: 5,
		material,
	};
	const rim = Array.from({ length: 9 }, (_, i) => Math.PI + (i / 8) * Math.PI);
	const round = [
		0,
		-0.05,
		0,
		...rim.flatMap((angle) => [0.4 * Math.cos(angle), -0.05 + 0.4 * Math.sin(angle), 0]),
	];
	const fan = {
		attributes: { POSITION: builder.accessor(new Float32Array(round), 'VEC3') },
		mode: 6,
		material,
	};
	return builder.mesh(strip, fan);
}

/** A ball whose numbers are 16 and 8 bits wide, with gaps between the vertices. */
function packedBall(builder: GlbBuilder, material: number): number {
	const shape = sphereShape(1, 12);
	const count = shape.positions.length / 3;
	const positions = new Int16Array(count * 4);
	const normals = new Int8Array(count * 4);
	for (let i = 0; i < count * 3; i++) {
		const at = Math.floor(i / 3) * 4 + (i % 3);
		positions[at] = Math.round(shape.positions[i] * 32767);
		normals[at] = Math.round(shape.normals[i] * 127);
	}
	const strided = (numbers: Int16Array | Int8Array, byteStride: number, componentType: number, max: number) =>
		builder.gltf.accessors.push({
			bufferView: builder.view(new Uint8Array(numbers.buffer), byteStride),
			componentType,
			normalized: true,
			count,
			type: 'VEC3',
			min: [-max, -max, -max],
			max: [max, max, max],
		}) - 1;
	const coordinates = Uint16Array.from(shape.coordinates, (value) => Math.round(value * 65535));
	return builder.mesh({
		attributes: {
			POSITION: strided(positions, 8, 5122, 32767),
			NORMAL: strided(normals, 4, 5120, 127),
			TEXCOORD_0: builder.accessor(coordinates, 'VEC2', true),
		},
		indices: builder.accessor(new Uint16Array(shape.indices)),
		material,
	});
}

/** A ball with its top pulled up by a morph target that is stored sparsely. */
function morphedBall(builder: GlbBuilder, material: number): number {
	const shape = sphereShape(0.4, 12);
	const primitive = primitiveOf(builder, shape, material);
	const count = shape.positions.length / 3;
	const moved = Array.from({ length: count }, (_, i) => i).filter((i) => shape.positions[i * 3 + 1] > 0.2);
	const target = builder.gltf.accessors.push({
		componentType: 5126,
		type: 'VEC3',
		count,
		sparse: {
			count: moved.length,
			indices: {
				bufferView: builder.view(new Uint8Array(Uint16Array.from(moved).buffer)),
				componentType: 5123,
			},
			values: {
				bufferView: builder.view(new Uint8Array(Float32Array.from(moved.flatMap(() => [0, 0.4, 0])).buffer)),
			},
		},
	});
	primitive.targets = [{ POSITION: target - 1 }];
	const mesh = builder.mesh(primitive);
	builder.gltf.meshes[mesh].weights = [0.5];
	return mesh;
}

/** A tube of two joints, the upper one bent in the file's own pose; its node stands elsewhere, which must not count. */
function addSkinnedTube(builder: GlbBuilder, material: number): void {
	const tube = gridShape(16, 12, (u, v) => {
		const angle = 2 * Math.PI * u;
		const normal = [Math.sin(angle), 0, Math.cos(angle)];
		return { point: [normal[0] * 0.15, v * 1.2, normal[2] * 0.15], normal };
	});
	const count = tube.positions.length / 3;
	const heights = Array.from({ length: count }, (_, i) => tube.positions[i * 3 + 1] / 1.2);
	const primitive = primitiveOf(builder, tube, material);
	const weights = heights.flatMap((height) => [1 - height, height, 0, 0]);
	primitive.attributes = {
		...primitive.attributes,
		JOINTS_0: builder.accessor(
			Uint8Array.from({ length: count * 4 }, (_, i) => (i % 4 === 1 ? 1 : 0)),
			'VEC4',
		),
		WEIGHTS_0: builder.accessor(new Float32Array(weights), 'VEC4'),
	};
	const lower = builder.node({ translation: [-0.4, -1.8, 0] });
	const upper = builder.node({ translation: [0, 0.6, 0], rotation: [0, 0, -0.3826834, 0.9238795] }, lower);
	const down = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, -0.6, 0, 1];
	const identity = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
	const inverseBindMatrices = builder.accessor(new Float32Array([...identity, ...down]), 'MAT4');
	builder.gltf.skins = [{ joints: [lower, upper], inverseBindMatrices }];
	builder.node({ mesh: builder.mesh(primitive), skin: 0, translation: [5, 5, 5] });
}
