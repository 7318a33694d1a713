/** GLB files for tests: built with glTF-Transform, or by hand where a file has to be wrong. */
import { Document, WebIO, type Primitive } from '@gltf-transform/core';
import type { ReadRange } from '../../glb/facts';

/** A document with a buffer and a scene, ready for nodes. */
export function newDocument() {
	const document = new Document();
	const buffer = document.createBuffer();
	const scene = document.createScene();
	return { document, buffer, scene };
}

export async function toGlb(document: Document): Promise<Uint8Array> {
	return new WebIO().writeBinary(document);
}

/** A unit cube around the origin: 24 vertices, 12 triangles, a normal and a texture coordinate per vertex. */
export function cubePrimitive(document: Document, halfSize = 0.5): Primitive {
	const positions: number[] = [];
	const normals: number[] = [];
	const coordinates: number[] = [];
	const indices: number[] = [];
	for (let axis = 0; axis < 3; axis++) {
		for (const sign of [1, -1]) {
			const first = positions.length / 3;
			for (const [u, v] of [
				[0, 0],
				[1, 0],
				[1, 1],
				[0, 1],
			]) {
				const point = [0, 0, 0];
				point[axis] = sign * halfSize;
				point[(axis + 1) % 3] = (sign > 0 ? u : 1 - u) * 2 * halfSize - halfSize;
				point[(axis + 2) % 3] = v * 2 * halfSize - halfSize;
				positions.push(...point);
				normals.push(...[0, 1, 2].map((entry) => (entry === axis ? sign : 0)));
				coordinates.push(u, v);
			}
			indices.push(first, first + 1, first + 2, first, first + 2, first + 3);
		}
	}
	const buffer = document.getRoot().listBuffers()[0];
	const accessor = (type: 'VEC2' | 'VEC3', array: number[]) =>
		document.createAccessor().setType(type).setArray(new Float32Array(array)).setBuffer(buffer);
	return document
		.createPrimitive()
		.setAttribute('POSITION', accessor('VEC3', positions))
		.setAttribute('NORMAL', accessor('VEC3', normals))
		.setAttribute('TEXCOORD_0', accessor('VEC2', coordinates))
		.setIndices(document.createAccessor().setArray(new Uint16Array(indices)).setBuffer(buffer));
}

/** A GLB with any JSON chunk, also a broken one, and no check of anything. */
export function rawGlb(json: unknown, binary = new Uint8Array(0)): Uint8Array {
	const text = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
	const padded = Buffer.concat([text, Buffer.alloc((4 - (text.length % 4)) % 4, ' ')]);
	const chunks = [chunk(0x4e4f534a, padded)];
	if (binary.length > 0) chunks.push(chunk(0x004e4942, binary));
	const body = Buffer.concat(chunks);
	const header = Buffer.alloc(12);
	header.writeUInt32LE(0x46546c67, 0);
	header.writeUInt32LE(2, 4);
	header.writeUInt32LE(12 + body.length, 8);
	return Buffer.concat([header, body]);
}

function chunk(type: number, data: Uint8Array): Buffer {
	const header = Buffer.alloc(8);
	header.writeUInt32LE(data.length, 0);
	header.writeUInt32LE(type, 4);
	return Buffer.concat([header, data]);
}

/** A reader over bytes in memory that remembers what was asked of it. */
export function readerOf(bytes: Uint8Array): {
	read: ReadRange;
	calls: Array<[offset: number, length: number]>;
} {
	const calls: Array<[number, number]> = [];
	const read: ReadRange = async (offset, length) => {
		calls.push([offset, length]);
		return bytes.subarray(offset, offset + length);
	};
	return { read, calls };
}
