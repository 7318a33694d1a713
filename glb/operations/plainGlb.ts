/** A model as every program reads it: a GLB in, one without compressed or quantized geometry out. */
import type { Document } from '@gltf-transform/core';
import { dequantize } from '@gltf-transform/functions';
import { type GlbDescription, readGlbJson, type Unreadable } from '../facts/glbHead';
import { listOf, type Gltf } from '../facts/gltf';
import { MODEL_LIMITS } from '../facts/factsLimits';
import { DAMAGED, readDocument, writeDocument } from './document';
import { MESHOPT_EXTENSIONS } from './unpackGlb';

/** What has to be unpacked; quantized geometry alone is drawn as it is. */
const PACKED: ReadonlySet<string> = new Set(MESHOPT_EXTENSIONS);
const STORAGE: ReadonlySet<string> = new Set([...PACKED, 'KHR_mesh_quantization']);

/** The plain file, or the sentence that says why the model cannot be read. */
export type PlainResult = { ok: true; glb: Uint8Array } | Unreadable;

/**
 * The same bytes where nothing is packed. Never rejects for what the file holds.
 *
 * @param description of the file, where it has been parsed already
 */
export async function toPlainGlb(glb: Uint8Array, description?: GlbDescription): Promise<PlainResult> {
	const read = async (offset: number, length: number) => glb.subarray(offset, offset + length);
	const head = description
		? { ok: true as const, ...description }
		: await readGlbJson(read, glb.length, MODEL_LIMITS.maxAskedJsonBytes);
	if (!head.ok) return head;
	if (!usesAny(head.gltf, PACKED)) return { ok: true, glb };
	const opened = await readDocument(glb, head.gltf);
	if (!opened.ok) return opened;
	try {
		await unpack(opened.document);
		return { ok: true, glb: await writeDocument(opened.document) };
	} catch {
		return { ok: false, reason: DAMAGED };
	}
}

/** Whether the geometry is stored so that some programs cannot read it. */
export function isPacked(gltf: Gltf): boolean {
	return usesAny(gltf, STORAGE);
}

/** Stores the geometry of a document as plain numbers. */
export async function unpack(document: Document): Promise<void> {
	await document.transform(dequantize({ pattern: /.*/ }));
	for (const extension of document.getRoot().listExtensionsUsed())
		if (STORAGE.has(extension.extensionName)) extension.dispose();
}

function usesAny({ extensionsUsed, extensionsRequired }: Gltf, names: ReadonlySet<string>): boolean {
	return [...listOf(extensionsUsed), ...listOf(extensionsRequired)].some((name) => names.has(name));
}
