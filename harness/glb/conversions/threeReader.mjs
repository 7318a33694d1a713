/**
 * Reads models with three.js, in a process of its own since three comes as ES modules: paths in; faces, extents, volume
 * and materials of each out, as JSON. The textures themselves are not decoded: there is no browser here.
 */
import { readFileSync } from 'node:fs';
import { MeshoptDecoder } from 'meshoptimizer/decoder';
import * as THREE from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { OBJLoader } from 'three/addons/loaders/OBJLoader.js';
import { STLLoader } from 'three/addons/loaders/STLLoader.js';
import { USDLoader } from 'three/addons/loaders/USDLoader.js';

/** An image that never arrives. */
globalThis.document = {
	createElementNS: () => ({ addEventListener() {}, removeEventListener() {}, set src(_url) {} }),
};
globalThis.self = globalThis;

const bytesOf = (path) => {
	const file = readFileSync(path);
	return file.buffer.slice(file.byteOffset, file.byteOffset + file.length);
};

const READERS = {
	async glb(path) {
		await MeshoptDecoder.ready;
		const loader = new GLTFLoader().setMeshoptDecoder(MeshoptDecoder);
		loader.register((parser) => {
			parser.loadTexture = async () => new THREE.Texture();
			return { name: 'withoutImages' };
		});
		return (await loader.parseAsync(bytesOf(path), '')).scene;
	},
	async stl(path) {
		return new THREE.Mesh(new STLLoader().parse(bytesOf(path)));
	},
	async usdz(path) {
		return new USDLoader().parse(bytesOf(path));
	},
	async obj(path) {
		return new OBJLoader().parse(readFileSync(path, 'utf8'));
	},
};

function look(root, countsFromTop) {
	root.updateMatrixWorld(true);
	const box = new THREE.Box3();
	let [faces, volume] = [0, 0];
	/** Where textures are looked at, added up over all corners; counted from the top, as glTF does. */
	const coordinates = [0, 0];
	const uv = new THREE.Vector2();
	const materials = new Map();
	const [a, b, c] = [new THREE.Vector3(), new THREE.Vector3(), new THREE.Vector3()];
	root.traverse((mesh) => {
		if (!mesh.isMesh) return;
		mesh.skeleton?.update();
		for (const material of [mesh.material].flat()) materials.set(material.name, describe(material));
		const { index, attributes } = mesh.geometry;
		const count = index ? index.count : attributes.position.count;
		const { map } = mesh.material;
		const turned = mesh.matrixWorld.determinant() < 0 ? -1 : 1;
		for (let i = 0; i + 2 < count; i += 3) {
			[a, b, c].forEach((point, corner) => {
				mesh.getVertexPosition(index ? index.getX(i + corner) : i + corner, point);
				point.applyMatrix4(mesh.matrixWorld);
				box.expandByPoint(point);
			});
			if (attributes[map?.channel === 1 ? 'uv1' : 'uv'] && map) {
				for (let corner = 0; corner < 3; corner++) {
					const vertex = index ? index.getX(i + corner) : i + corner;
					uv.fromBufferAttribute(attributes[map.channel === 1 ? 'uv1' : 'uv'], vertex);
					if (map.matrixAutoUpdate) map.updateMatrix();
					uv.applyMatrix3(map.matrix);
					coordinates[0] += uv.x;
					coordinates[1] += countsFromTop ? uv.y : 1 - uv.y;
				}
			}
			volume += (turned * a.dot(b.clone().cross(c))) / 6;
			faces++;
		}
	});
	return {
		faces,
		coordinates,
		volume,
		size: box.getSize(new THREE.Vector3()).toArray(),
		min: box.min.toArray(),
		materials: [...materials.values()],
	};
}

const MAPS = ['map', 'metalnessMap', 'roughnessMap', 'normalMap', 'aoMap', 'emissiveMap', 'alphaMap'];

function describe(material) {
	return {
		name: material.name,
		color: material.color?.toArray(),
		metalness: material.metalness,
		roughness: material.roughness,
		emissive: material.emissive?.toArray(),
		opacity: material.opacity,
		transparent: material.transparent,
		alphaTest: material.alphaTest,
		doubleSided: material.side === THREE.DoubleSide,
		maps: MAPS.filter((name) => material[name]),
	};
}

const results = [];
for (const path of process.argv.slice(2)) {
	const ending = path.split('.').pop();
	results.push(look(await READERS[ending](path), ending === 'glb'));
}
process.stdout.write(JSON.stringify(results));
