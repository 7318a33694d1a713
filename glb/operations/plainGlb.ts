/** A model as every program reads it: a GLB in, one without compressed or quantized geometry out. */
import { dequantize } from '@gltf-transform/functions';
import { readGlbJson, type Unreadable } from '../facts/glbHead';
import { listOf } from '../facts/gltf';
import { MODEL_LIMITS } from '../facts/factsLimits';
import { readDocument, writeDocument } from './document';

/** What has to be unpacked; quantized geometry alone is drawn as it is. */
const PACKED: ReadonlySet<string> = new Set(['EXT_meshopt_compression', 'KHR_meshopt_compression']);
const STORAGE: ReadonlySet<string> = new Set([...PACKED, 'KHR_mesh_quantization']);

export type PlainResult = { ok: true; glb: Uint8Array } | Unreadable;

/** The same bytes where nothing is packed. Never rejects for what the file holds. */
export async function toPlainGlb(glb: Uint8Array): Promise<PlainResult> {
	const read = async (offset: number, length: number) => glb.subarray(offset, offset + length);
	const head = await readGlbJson(read, glb.length, MODEL_LIMITS.maxAskedJsonBytes);
	if (!head.ok) return head;
	const isPacked = [...listOf(head.gltf.extensionsUsed), ...listOf(head.gltf.extensionsRequired)].some(
		(name) => PACKED.has(name),
	);
	if (!isPacked) return { ok: true, glb };
	const opened = await readDocument(glb, head.gltf);
	if (!opened.ok) return opened;
	await opened.document.transform(dequantize());
	for (const extension of opened.document.getRoot().listExtensionsUsed())
		if (STORAGE.has(extension.extensionName)) extension.dispose();
	return { ok: true, glb: await writeDocument(opened.document) };
}
