/** The beginnings of model files that are no GLB, as their programs write them: enough to be known by, and nothing more. */

/** A stored entry of a ZIP (APPNOTE.TXT, 4.3.7) with its name and content, without the directory behind it. */
function zip(name: string, content: string): Buffer {
	const head = Buffer.alloc(30);
	head.write('PK\x03\x04', 0, 'latin1');
	head.writeUInt16LE(20, 4);
	head.writeUInt32LE(content.length, 18);
	head.writeUInt32LE(content.length, 22);
	head.writeUInt16LE(name.length, 26);
	return Buffer.concat([head, Buffer.from(name + content)]);
}

const TEXTS = {
	fbx: `Kaydara FBX Binary  \x00\x1a\x00${'\x00'.repeat(600)}`,
	gltf: JSON.stringify({ asset: { version: '2.0' }, scenes: [{ nodes: [] }], nodes: [], meshes: [] }),
	obj: `# made elsewhere\nmtllib model.mtl\no Model\n${'v 0.5 0.25 1\n'.repeat(60)}`,
	stl: `solid model\n${'facet normal 0 0 1\n'.repeat(40)}`,
	ply: `ply\nformat ascii 1.0\nelement vertex 40\n${'0 0 0\n'.repeat(120)}`,
};

const FILES = {
	...(Object.fromEntries(
		Object.entries(TEXTS).map(([format, text]) => [format, Buffer.from(text, 'latin1')]),
	) as Record<keyof typeof TEXTS, Buffer>),
	zip: zip('model/readme.txt', 'x'.repeat(600)),
	usdz: zip('model.usdc', `PXR-USDC${'\x00'.repeat(600)}`),
};

export type OtherFormat = keyof typeof FILES;

export function fileOf(format: OtherFormat): Buffer {
	return FILES[format];
}
