/**
 * A GLB as glTF-Transform's document, and back: bytes in, a document or the reason why it cannot be read out. Every
 * operation reads and writes through here, so that all of them read the same files and write valid ones.
 */
import { type Document, type GLTF, Logger, PlatformIO } from '@gltf-transform/core';
import { ALL_EXTENSIONS } from '@gltf-transform/extensions';
import { listOf, type Gltf } from '../facts/gltf';
import { tooMuchToOpen } from './openingCost';
import { findUnsoundPart } from './soundness';
import { MESHOPT_EXTENSIONS } from './unpackGlb';
import { MeshoptDecoder } from 'meshoptimizer/decoder';
import { MeshoptEncoder } from 'meshoptimizer/encoder';

/** What is said of a file whose parts do not fit together. */
export const DAMAGED = 'The model file is damaged: its parts do not fit together.';

/** The document, or a sentence that says why it cannot be read. */
export type DocumentResult = { ok: true; document: Document } | { ok: false; reason: string };

/** Compressed with a decoder that cannot be bundled: its decoder's glue code asks for what n8n forbids. */
const UNREADABLE_EXTENSIONS: Readonly<Record<string, string>> = {
	KHR_draco_mesh_compression: 'The model is compressed with Draco, which cannot be read.',
	KHR_gaussian_splatting: 'The model consists of Gaussian splats, which have no faces.',
};

/** An `io` without files and network: whatever lies outside the GLB is not read. */
class GlbIo extends PlatformIO {
	protected override async readURI(uri: string): Promise<never> {
		throw new Error(`outside the file: ${uri.slice(0, 80)}`);
	}

	protected override resolve(_base: string, path: string): string {
		return path;
	}

	protected override dirname(): string {
		return '';
	}
}

async function newIo(): Promise<GlbIo> {
	await Promise.all([MeshoptDecoder.ready, MeshoptEncoder.ready]);
	const io = new GlbIo().registerExtensions(ALL_EXTENSIONS);
	io.setLogger(new Logger(Logger.Verbosity.SILENT));
	return io.registerDependencies({ 'meshopt.decoder': MeshoptDecoder, 'meshopt.encoder': MeshoptEncoder });
}

/** The document of a GLB whose description was read. Never rejects. */
export async function readDocument(glb: Uint8Array, gltf: Gltf): Promise<DocumentResult> {
	for (const name of listOf(gltf.extensionsRequired)) {
		const reason = UNREADABLE_EXTENSIONS[name];
		if (reason !== undefined) return { ok: false, reason };
	}
	const tooMuch = tooMuchToOpen(gltf, glb.length);
	if (tooMuch !== undefined) return { ok: false, reason: tooMuch };
	try {
		const io = await newIo();
		const stored = await io.binaryToJSON(glb);
		renameMeshopt(stored.json);
		const document = await io.readJSON(stored);
		document.setLogger(new Logger(Logger.Verbosity.SILENT));
		const unsound = findUnsoundPart(document);
		return unsound === undefined ? { ok: true, document } : { ok: false, reason: unsound };
	} catch {
		return { ok: false, reason: DAMAGED };
	}
}

const [MESHOPT, NEWER_MESHOPT] = MESHOPT_EXTENSIONS;

/** Calls meshopt's newer extension by the name that the library knows: the fields are the same, and its decoder reads both. */
function renameMeshopt(json: GLTF.IGLTF): void {
	const rename = (names: string[] | undefined) =>
		names && [...new Set(names.map((name) => (name === NEWER_MESHOPT ? MESHOPT : name)))];
	json.extensionsUsed = rename(json.extensionsUsed);
	json.extensionsRequired = rename(json.extensionsRequired);
	for (const { extensions } of [...(json.bufferViews ?? []), ...(json.buffers ?? [])]) {
		if (!extensions?.[NEWER_MESHOPT]) continue;
		extensions[MESHOPT] = extensions[NEWER_MESHOPT];
		delete extensions[NEWER_MESHOPT];
	}
}

/** The GLB of a document: one buffer, all images inside. */
export async function writeDocument(document: Document): Promise<Uint8Array> {
	const root = document.getRoot();
	const [buffer = document.createBuffer()] = root.listBuffers();
	for (const other of root.listBuffers().slice(1)) {
		for (const accessor of root.listAccessors())
			if (accessor.getBuffer() === other) accessor.setBuffer(buffer);
		other.dispose();
	}
	// A buffer without content is none that the format knows.
	if (root.listAccessors().length + root.listTextures().length === 0) buffer.dispose();
	return await (await newIo()).writeBinary(document);
}
