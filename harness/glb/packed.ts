/** Models that are compressed with meshopt: what to pack in, a GLB out. */
import { MeshoptEncoder } from 'meshoptimizer/encoder';
import { fitModel } from '../../glb/operations';
import { GlbBuilder, gridShape, primitiveOf } from './glbBuilder';
import { timing } from './timing';

export type Meshopt = 'EXT_meshopt_compression' | 'KHR_meshopt_compression';

/** A model as `fitModel` packs it, under either name of the extension: the stream is one that both allow. */
export async function packed(glb: Uint8Array, extension: Meshopt): Promise<Uint8Array> {
	const result = await fitModel(glb, { ...timing, limits: {}, compression: 'meshopt' });
	if (!result.ok) throw new Error(result.reason);
	// The names are equally long, so that nothing else of the file changes.
	const text = Buffer.from(result.glb).toString('latin1').replaceAll('EXT_meshopt_compression', extension);
	return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** A wavy sheet, green on the left and blue on the right, whose colors only the newer extension can store: its stream and its filter. */
export async function packedColors(): Promise<{ plain: Uint8Array; glb: Uint8Array }> {
	await MeshoptEncoder.ready;
	const build = (isPacked: boolean) => {
		const builder = new GlbBuilder();
		const shape = gridShape(40, 40, (u, v) => ({ point: [u, v, 0.1 * Math.sin(9 * u)], normal: [0, 0, 1] }));
		const primitive = primitiveOf(builder, shape, builder.material({ doubleSided: true }));
		const count = 41 * 41;
		const colors = Float32Array.from({ length: count * 4 }, (_, i) => {
			const share = (Math.floor(i / 4) % 41) / 40;
			return [0, 1 - share, share, 1][i % 4];
		});
		const bytes = Uint8Array.from(colors, (value) => Math.round(value * 255));
		const color = builder.accessor(bytes, 'VEC4', true);
		primitive.attributes = { ...primitive.attributes, COLOR_0: color };
		builder.node({ mesh: builder.mesh(primitive) });
		if (!isPacked) return builder.toGlb();
		const filtered = MeshoptEncoder.encodeFilterColor(colors, count, 4, 8);
		const stream = MeshoptEncoder.encodeGltfBuffer(filtered, count, 4, 'ATTRIBUTES', 1);
		const source = builder.gltf.bufferViews[builder.view(stream)];
		const { bufferView = 0 } = builder.gltf.accessors[color];
		builder.gltf.bufferViews[bufferView] = {
			buffer: 1,
			byteLength: count * 4,
			extensions: {
				KHR_meshopt_compression: { ...source, byteStride: 4, count, mode: 'ATTRIBUTES', filter: 'COLOR' },
			},
		};
		builder.gltf.extensionsUsed = builder.gltf.extensionsRequired = ['KHR_meshopt_compression'];
		// The first is the one in the file, the second stands for what is unpacked.
		builder.gltf.buffers = [{}, { byteLength: count * 4 }];
		return builder.toGlb();
	};
	return { plain: build(false), glb: build(true) };
}
