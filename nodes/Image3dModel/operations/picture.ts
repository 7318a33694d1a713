/** *Picture*: the model drawn from a side, from six, or turning round. */
import type { IDataObject } from 'n8n-workflow';
import type { ViewName } from '../../../glb/preview';
import { badInput, succeed } from '../../shared/core/failure';
import { type Background, readBackground } from '../readBackground';
import { loadOperations, type Operate, readFacts, renamed, textOf, timing, unusable } from './operation';

/** Work on a picture that the user asked for, ms: three million faces on a small server; six views, and a whole turn. */
const MAX_WORK_MS = { one: 60_000, many: 180_000 } as const;

/** Sides that are drawn, pixels. */
const SIZES = { least: 16, most: 2048, usual: 1024 } as const;

/**
 * A PNG, an animated one for a turntable; fails with `badInput` for fields that make no picture and models that cannot
 * be drawn.
 */
export const picture: Operate = async (input) => {
	const background = readBackground(textOf(input, 'background'));
	if (!background.ok) return background;
	const size = Number(textOf(input, 'size') || SIZES.usual);
	if (!(size >= SIZES.least && size <= SIZES.most))
		return badInput(
			`A picture of ${textOf(input, 'size')} pixels cannot be drawn`,
			`Enter a size from ${SIZES.least} to ${SIZES.most}.`,
		);
	const before = await readFacts(input.glb);
	if (!before.ok) return before;
	const view = textOf(input, 'view') || 'threeQuarter';
	let drawn = await draw(input.glb, view, size, background.value);
	if (drawn === undefined) return badInput(`There is no view "${view}"`, 'Choose one of the list.');
	let changes: string[] = [];
	if (!drawn.ok) {
		// Most damage is nothing to see; the rest may be put right.
		const { mendModel } = await loadOperations();
		const mended = await mendModel(input.glb, { ...timing, signal: input.signal });
		if (mended.ok && mended.glb !== input.glb) {
			changes = mended.changes;
			drawn = (await draw(mended.glb, view, size, background.value)) ?? drawn;
		}
	}
	if (!drawn.ok) return unusable(drawn.reason);
	const model = { ...before.value, bounding_box: before.value.bounding_box ?? drawn.boundingBox };
	return succeed({
		json: { model, changes, ...notesOf(drawn.notes) } as unknown as IDataObject,
		files: [{ data: drawn.png, name: renamed(input.fileName, 'png'), mimeType: 'image/png' }],
	});
};

/** The picture, or why there is none; undefined for a view that does not exist. */
async function draw(file: Uint8Array, view: string, size: number, background: Background) {
	const { toPlainGlb } = await loadOperations();
	const plain = await toPlainGlb(file);
	if (!plain.ok) return plain;
	const { glb } = plain;
	const { VIEWS, renderPreview, renderSheet, renderTurntable } = await import(
		'../../../glb/preview/index.js'
	);
	const options = { ...timing, size, background };
	if (view === 'sheet') return await renderSheet(glb, { ...options, maxWorkMs: MAX_WORK_MS.many });
	if (view === 'turntable') return await renderTurntable(glb, { ...options, maxWorkMs: MAX_WORK_MS.many });
	if (!Object.hasOwn(VIEWS, view)) return undefined;
	const viewpoint = VIEWS[view as ViewName];
	return await renderPreview(glb, { ...options, viewpoint, maxWorkMs: MAX_WORK_MS.one });
}

function notesOf(notes: readonly string[]): IDataObject {
	return notes.length === 0 ? {} : { preview_hint: notes.join(' ') };
}
