/**
 * The picture of a model, drawn on the spot from the stored file: a model in, a stored PNG or the reason why there is none
 * out. Never fails: it is bounded in memory, work and waiting, and ends when the execution or the poll does.
 */
import type { IBinaryData } from 'n8n-workflow';
import { BYTES_PER_MB } from '../../core/limits';
import { FairQueue } from '../../core/concurrency/fairQueue';
import { type GlbDescription, largestSide, readTextureSizes } from '../../../../glb/facts';
import { realClock } from '../timing/realClock';
import { type StoredFiles, readWhole } from './storedFile';
import type { PreviewKind } from '../fields/readOptions';

/** A larger model gets no picture unless the user asks for one: drawing needs the whole file in memory. */
const MAX_DEFAULT_PREVIEW_BYTES = 50 * BYTES_PER_MB;

/** What came of drawing: a picture, a hint, or both. */
export interface Picture {
	/** The stored PNG. */
	picture?: IBinaryData;
	/** Why there is none, or what it does not show. */
	hint?: string;
	/** Longer side of the largest texture in pixels: known here, where the whole file is read. */
	largestTextureSide?: number;
}

/** A model whose picture is wanted. */
export interface StoredModel {
	binary: IBinaryData;
	bytes: number;
	/** Its header and description, parsed. */
	description?: GlbDescription;
	/** Why the description was not read. */
	unread?: string;
}

/** Work on a picture that nobody asked for, ms: ten times what a large generated model takes. */
const UNASKED_WORK_MS = 8_000;
/** The same where the user chose the picture: three million faces on a small server; and a whole turn of them. */
const ASKED_WORK_MS = { image: 30_000, turntable: 90_000 } as const;
/** Longest wait for other pictures of this process, ms: fifty of a batch that come at the same time. */
const MAX_WAIT_MS = 60_000;

const timing = { now: realClock.now, yieldToEventLoop: async () => await realClock.sleep(0) };

/** One picture of this process is drawn at a time, so that a batch does not hold many models in memory. */
const queue = new FairQueue(realClock);

/**
 * The picture that was asked for, or a hint why there is none: a model without a picture is still delivered. `kind` is
 * undefined when the user chose nothing: then a still picture is drawn unless the model is large.
 *
 * @param signal ends the wait and the drawing
 */
export async function drawPreview(
	files: StoredFiles,
	model: StoredModel,
	kind: PreviewKind | undefined,
	fileName: string,
	signal?: AbortSignal,
): Promise<Picture> {
	if (kind === 'off') return {};
	if (kind === undefined && model.bytes > MAX_DEFAULT_PREVIEW_BYTES) {
		return { hint: `No picture: the model is larger than ${MAX_DEFAULT_PREVIEW_BYTES / BYTES_PER_MB} MB.` };
	}
	const { description } = model;
	if (description === undefined) return { hint: `No picture: ${model.unread}` };
	const maxWorkMs = kind === undefined ? UNASKED_WORK_MS : ASKED_WORK_MS[kind];
	const drawing = { fileName, description, maxWorkMs, signal };
	try {
		const work = async () => await draw(files, model.binary, kind ?? 'image', drawing);
		const turn = await queue.run(files, work, { maxWaitMs: MAX_WAIT_MS, signal });
		if (turn.ok) return turn.value;
		const ended = turn.cause === 'aborted' ? CALLED_OFF : `Others were still being drawn after ${MAX_WAIT_MS / 1000} seconds.`; // prettier-ignore
		return { hint: `No picture: ${ended}` };
	} catch {
		return { hint: 'No picture: the model could not be read back, or the picture could not be stored.' };
	}
}

const CALLED_OFF = 'It was canceled before it started.';

interface Drawing {
	fileName: string;
	description: GlbDescription;
	maxWorkMs: number;
	signal?: AbortSignal;
}

async function draw(
	files: StoredFiles,
	model: IBinaryData,
	kind: PreviewKind,
	{ fileName, description, maxWorkMs, signal }: Drawing,
): Promise<Picture> {
	const { renderPreview, renderTurntable } = await loadRenderer();
	const render = kind === 'turntable' ? renderTurntable : renderPreview;
	const file = await readWhole(files, model);
	const largestTextureSide = await findLargestTextureSide(file, description);
	const plain = await toPlain(file, { description, maxWorkMs, signal });
	const result = plain.ok ? await render(plain.glb, { ...timing, description: plain.description, maxWorkMs, signal }) : plain; // prettier-ignore
	if (!result.ok) return { largestTextureSide, hint: `No picture: ${result.reason}` };
	const picture = await files.prepareBinaryData(
		Buffer.from(result.png),
		fileName.replace(/\.glb$/, '.png'),
		'image/png',
	);
	return {
		picture,
		largestTextureSide,
		...(result.notes.length === 0 ? {} : { hint: result.notes.join(' ') }),
	};
}

/** Under which names geometry is compressed with meshopt. */
const PACKED: readonly unknown[] = ['EXT_meshopt_compression', 'KHR_meshopt_compression'];

/** The model with its geometry unpacked where it is compressed; the code for that is loaded where it is needed. */
async function toPlain(
	glb: Uint8Array,
	{ description, maxWorkMs, signal }: Pick<Drawing, 'description' | 'maxWorkMs' | 'signal'>,
) {
	const { extensionsUsed } = description.gltf;
	const isPacked = Array.isArray(extensionsUsed) && extensionsUsed.some((name) => PACKED.includes(name));
	if (!isPacked) return { ok: true as const, glb, description };
	const { unpackGlb } = await import('../../../../glb/operations/index.js');
	return await unpackGlb(glb, description, { ...timing, maxWorkMs, signal });
}

/** On first use, so that n8n starts sooner: the renderer is most of this pack. */
async function loadRenderer() {
	return await import('../../../../glb/preview/index.js');
}

async function findLargestTextureSide(
	file: Uint8Array,
	{ gltf, header }: GlbDescription,
): Promise<number | undefined> {
	const read = async (offset: number, length: number) => file.subarray(offset, offset + length);
	return largestSide((await readTextureSizes(read, gltf, header)).values());
}
