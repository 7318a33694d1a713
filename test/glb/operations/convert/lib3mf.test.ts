/** 3MF as its consortium's own reader sees it, in strict mode. */
import { convertModel } from '../../../../glb/operations/convert/convertModel';
import { timing } from '../../../../harness/glb/timing';
import { readThreeMf } from '../../../../harness/glb/conversions/readThreeMf';
import { expectClose } from '../../../../harness/glb/conversions/readBack';
import { SHAPES } from '../../../../harness/glb/conversions/shapes';

/** Objects of its memory are given back by hand. */
interface Owned {
	delete(): void;
}

interface Lib3mf {
	FS: { writeFile(path: string, data: Uint8Array): void };
	CWrapper: new () => Owned & { CreateModel(): Lib3mfModel };
}
interface Lib3mfModel extends Owned {
	QueryReader(kind: string): Owned & {
		SetStrictModeActive(isStrict: boolean): void;
		ReadFromFile(path: string): void;
		GetWarningCount(): number;
	};
	GetUnit(): { value: number };
	GetMeshObjects(): Owned & { MoveNext(): boolean; GetCurrentMeshObject(): Lib3mfMesh };
}
interface Lib3mfMesh extends Owned {
	IsManifoldAndOriented(): boolean;
	GetVertexCount(): number;
	GetTriangleCount(): number;
}

/** The reader's number for millimeters (`eModelUnit`). */
const MILLIMETER = 1;

describe('lib3mf', () => {
	let lib: Lib3mf;
	beforeAll(async () => {
		lib = await (require('@3mfconsortium/lib3mf') as () => Promise<Lib3mf>)();
	});

	it.each(SHAPES.map(({ name }, i) => [name, i] as const))(
		'reads %s without a warning',
		async (_name, i) => {
			const { build, isClosed } = SHAPES[i];
			const result = await convertModel(await build(), { ...timing, format: '3mf' });
			if (!result.ok) throw new Error(result.reason);
			lib.FS.writeFile('/model.3mf', result.file);
			const wrapper = new lib.CWrapper();
			const model = wrapper.CreateModel();
			const reader = model.QueryReader('3mf');
			reader.SetStrictModeActive(true);
			reader.ReadFromFile('/model.3mf');
			expect(reader.GetWarningCount()).toBe(0);
			expect(model.GetUnit().value).toBe(MILLIMETER);
			const meshes = model.GetMeshObjects();
			let [vertices, triangles] = [0, 0];
			while (meshes.MoveNext()) {
				const mesh = meshes.GetCurrentMeshObject();
				// Of a mesh that is a body, which sheets are none.
				if (isClosed) expect(mesh.IsManifoldAndOriented()).toBe(true);
				vertices += mesh.GetVertexCount();
				triangles += mesh.GetTriangleCount();
				mesh.delete();
			}
			for (const owned of [meshes, reader, model, wrapper]) owned.delete();
			const written = readThreeMf(result.file);
			expectClose([vertices, triangles], [written.vertices.length, written.triangles.length], 1e-9);
		},
		60_000,
	);
});
