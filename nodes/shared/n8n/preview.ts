/** The picture of a model, drawn on the spot from the stored file. */
import type { IBinaryData } from 'n8n-workflow';
import { BYTES_PER_MB, MAX_DEFAULT_PREVIEW_BYTES } from '../core/limits';
import { largestSide, readModelFacts, readTextureSizes } from '../../../glb/facts';
import { realClock } from './clock';
import type { NodeContext } from './context';
import { readWhole } from './storedFile';
import type { PreviewKind } from './taskOptions';

export interface Picture {
	/** The stored PNG. */
	picture?: IBinaryData;
	/** Why there is none, or what it does not show. */
	hint?: string;
	/** Longer side of the largest texture in pixels: known here, where the whole file is read. */
	largestTextureSide?: number;
}

const timing = { now: realClock.now, yieldToEventLoop: async () => await realClock.sleep(0) };

/** The last picture of this process: one is drawn at a time, so that a batch does not hold many models in memory. */
let lastPicture: Promise<unknown> = Promise.resolve();

/**
 * The picture that was asked for, or a hint why there is none: a model without a picture is still delivered. `kind` is
 * undefined when the person chose nothing: then a still picture is drawn unless the model is large.
 */
export async function renderPicture(
	context: NodeContext,
	model: IBinaryData,
	bytes: number,
	kind: PreviewKind | undefined,
	fileName: string,
): Promise<Picture> {
	if (kind === 'off') return {};
	if (kind === undefined && bytes > MAX_DEFAULT_PREVIEW_BYTES) {
		return { hint: `No picture: the model is larger than ${MAX_DEFAULT_PREVIEW_BYTES / BYTES_PER_MB} MB.` };
	}
	const drawn = lastPicture.then(async () => await draw(context, model, kind ?? 'image', fileName));
	lastPicture = drawn.catch(() => undefined);
	return await drawn.catch(() => ({
		hint: 'No picture: the model could not be read back, or the picture not stored.',
	}));
}

async function draw(
	context: NodeContext,
	model: IBinaryData,
	kind: PreviewKind,
	fileName: string,
): Promise<Picture> {
	const { renderPreview, renderTurntable } = await loadRenderer();
	const render = kind === 'turntable' ? renderTurntable : renderPreview;
	const file = await readWhole(context, model);
	const largestTextureSide = await readLargestTextureSide(file);
	const result = await render(file, timing);
	if (!result.ok) return { largestTextureSide, hint: `No picture: ${result.reason}` };
	const picture = await context.helpers.prepareBinaryData(
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

/** On first use, so that n8n starts sooner: the renderer is most of this pack. */
async function loadRenderer() {
	return await import('../../../glb/preview/index.js');
}

async function readLargestTextureSide(file: Uint8Array): Promise<number | undefined> {
	const read = async (offset: number, length: number) => file.subarray(offset, offset + length);
	const model = await readModelFacts(read, file.length);
	return model.ok
		? largestSide((await readTextureSizes(read, model.gltf, model.header)).values())
		: undefined;
}
