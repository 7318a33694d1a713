/** Which format a file has that was to be a GLB. In: its first bytes; out: its name, or undefined for what nobody knows. */

import { imageKind, type ImageKind } from '../../../../glb/images';

/** Enough for the name of a ZIP's first entry and for a few lines of a text format, in bytes. */
export const OTHER_HEAD_BYTES = 512;

/** Signatures at the start of a file, as Latin-1 text. */
const SIGNATURES: ReadonlyArray<readonly [start: string, name: string]> = [
	['Kaydara FBX Binary', 'an FBX file'],
	['; FBX', 'an FBX file'],
	['PXR-USDC', 'a USD file'],
	['#usda', 'a USD file'],
	['\x1f\x8b', 'a file compressed with gzip'],
	['\x28\xb5\x2f\xfd', 'a file compressed with Zstandard'],
	['7z\xbc\xaf\x27\x1c', 'a 7-Zip archive'],
	['Rar!', 'a RAR archive'],
	['BLENDER', 'a Blender file'],
	['DRACO', 'a Draco mesh'],
	['solid ', 'an STL file'],
	['%PDF', 'a PDF document'],
];

/** Pictures that a wrong link may lead to. */
const PICTURES: { readonly [Kind in ImageKind]?: string } = {
	png: 'a PNG picture',
	jpeg: 'a JPEG picture',
	webp: 'a WebP picture',
	gif: 'a GIF picture',
};

/** Where a ZIP keeps the name of its first entry: its length, and the name itself (APPNOTE.TXT, 4.3.7). */
const ZIP_NAME_LENGTH_OFFSET = 26;
const ZIP_NAME_OFFSET = 30;

/** Top-level names of a glTF in its text form (glTF 2.0, 5.17). */
const GLTF_NAMES = new Set([
	...['accessors', 'animations', 'asset', 'buffers', 'bufferViews', 'cameras', 'extensions'],
	...['extensionsRequired', 'extensionsUsed', 'extras', 'images', 'materials', 'meshes', 'nodes'],
	...['samplers', 'scene', 'scenes', 'skins', 'textures'],
]);

const OBJ_WORDS = new Set(['mtllib', 'usemtl', 'o', 'g', 'v', 'vn', 'vt', 's', 'f']);

/** The name of another format than GLB: a file that is complete as it is, so that fetching it again brings the same. */
export function nameOtherFormat(head: Uint8Array): string | undefined {
	const text = Buffer.from(head.subarray(0, OTHER_HEAD_BYTES)).toString('latin1');
	const signature = SIGNATURES.find(([start]) => text.startsWith(start));
	if (signature !== undefined) return signature[1];
	const kind = imageKind(head);
	if (kind !== undefined) return PICTURES[kind];
	if (text.startsWith('PK\x03\x04')) return nameZip(text);
	if (text.startsWith('PK\x05\x06')) return 'an empty ZIP archive';
	return nameText(text.replace(/^\xef\xbb\xbf/, '').trimStart());
}

/** USDZ is a ZIP whose first entry is the scene. */
function nameZip(text: string): string {
	const length = text.charCodeAt(ZIP_NAME_LENGTH_OFFSET) + 256 * text.charCodeAt(ZIP_NAME_LENGTH_OFFSET + 1);
	const entry = text.slice(ZIP_NAME_OFFSET, ZIP_NAME_OFFSET + length).toLowerCase();
	if (/\.usd[acz]?$/.test(entry)) return 'a USDZ file';
	return entry.startsWith('3d/') || entry === '[content_types].xml' ? 'a 3MF file' : 'a ZIP archive';
}

function nameText(text: string): string | undefined {
	if (/^ply\r?\n/.test(text)) return 'a PLY file';
	if (text.startsWith('{')) {
		const [name] = /^"[^"]{1,40}"/.exec(text.slice(1).trimStart()) ?? [];
		return name !== undefined && GLTF_NAMES.has(name.slice(1, -1))
			? 'a glTF in its text form (.gltf)'
			: undefined;
	}
	const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
	const [word, ...others] = lines[0]?.trim().split(' ') ?? [];
	return others.length > 0 && OBJ_WORDS.has(word) ? 'an OBJ file' : undefined;
}
