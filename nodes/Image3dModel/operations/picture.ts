/** *Picture*, its fields and its work: the model drawn from a side, from six, or turning round. */
import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { Timing } from '../../../glb/timeSlicer';
import { badInput, succeed } from '../../shared/core/failure';
import { type Background, readBackground } from '../readBackground';
import { readCount } from '../readNumber';
import { readChoice } from './choice';
import { type Operate, loadOperations, readFacts, renamed, textOf, timing, unusable } from './operation';

/** What the user fills in for *Picture*. */
export const pictureFields: INodeProperties[] = [
	{
		displayName: 'View',
		name: 'view',
		type: 'options',
		default: 'threeQuarter',
		options: [
			{ name: 'Back', value: 'back', description: 'From behind' },
			{ name: 'Front', value: 'front', description: 'Straight from the front' },
			{ name: 'Left', value: 'left', description: "From the model's left side" },
			{ name: 'Right', value: 'right', description: "From the model's right side" },
			{ name: 'Sheet', value: 'sheet', description: 'Six views in one picture' },
			{
				name: 'Three Quarter',
				value: 'threeQuarter',
				description: 'From the front, a little from the side and above',
			},
			{ name: 'Top', value: 'top', description: 'From above' },
			{ name: 'Turntable', value: 'turntable', description: 'A short animation of the turning model' },
		],
		description: 'The side from which to show the model',
	},
	{
		displayName: 'Size (Pixels)',
		name: 'size',
		type: 'number',
		default: 1024,
		typeOptions: { minValue: 16, maxValue: 2048 },
		description: 'Width and height of the picture in pixels, up to 2048',
	},
	{
		displayName: 'Background',
		name: 'background',
		type: 'string',
		default: 'transparent',
		placeholder: 'e.g. white or #f5f5f5',
		description:
			'Color behind the model: transparent, white (which marketplaces ask for), or a color such as #f5f5f5',
	},
];

/** Work on a picture that the user asked for, ms: three million faces on a small server; six views, and a whole turn. */
const MAX_WORK_MS = { one: 60_000, many: 180_000 } as const;

/** Sides that are drawn, pixels. */
const SIZES = { least: 16, most: 2048, usual: 1024 } as const;

const VIEW = {
	name: 'view',
	called: 'view',
	values: ['threeQuarter', 'front', 'back', 'left', 'right', 'top', 'sheet', 'turntable'],
} as const;
type View = (typeof VIEW.values)[number];

/**
 * A PNG, an animated one for a turntable; fails with `badInput` for fields that make no picture and models that cannot
 * be drawn.
 */
export const picture: Operate = async (input) => {
	const { signal } = input;
	const background = readBackground(textOf(input, 'background'));
	if (!background.ok) return background;
	const view = readChoice(input, VIEW);
	if (!view.ok) return view;
	const asked = textOf(input, 'size')
		.replace(/(?:px|pixels?)\.?$/i, '')
		.trim();
	const size = Math.round(asked === '' ? SIZES.usual : (readCount(asked) ?? Number.NaN));
	if (!(size >= SIZES.least && size <= SIZES.most))
		return badInput(
			`A picture of ${asked.slice(0, 40)} pixels cannot be drawn`,
			`Enter a number from ${SIZES.least} to ${SIZES.most} in "Size (Pixels)".`,
		);
	const before = await readFacts(input.glb);
	if (!before.ok) return before;
	const drawing = { ...timing, signal, size, background: background.value };
	let drawn = await draw(input.glb, view.value, drawing);
	let changes: string[] = [];
	if (!drawn.ok && !signal?.aborted) {
		// Most damage is nothing to see; the rest may be put right.
		const { mendModel } = await loadOperations();
		const mended = await mendModel(input.glb, { ...timing, signal });
		if (mended.ok && mended.glb !== input.glb) {
			changes = mended.changes;
			drawn = await draw(mended.glb, view.value, drawing);
		}
	}
	if (!drawn.ok) return unusable(drawn.reason);
	const model = { ...before.value, bounding_box: before.value.bounding_box ?? drawn.boundingBox };
	return succeed({
		json: { model, changes, ...notesOf(drawn.notes) } as unknown as IDataObject,
		files: [{ data: drawn.png, name: renamed(input.fileName, 'png'), mimeType: 'image/png' }],
	});
};

interface Drawing extends Timing {
	signal?: AbortSignal;
	size: number;
	background: Background;
}

/** The picture, or why there is none. */
async function draw(file: Uint8Array, view: View, options: Drawing) {
	const { toPlainGlb } = await loadOperations();
	const plain = await toPlainGlb(file);
	if (!plain.ok) return plain;
	const { glb } = plain;
	const { VIEWS, renderPreview, renderSheet, renderTurntable } = await import(
		'../../../glb/preview/index.js'
	);
	if (view === 'sheet') return await renderSheet(glb, { ...options, maxWorkMs: MAX_WORK_MS.many });
	if (view === 'turntable') return await renderTurntable(glb, { ...options, maxWorkMs: MAX_WORK_MS.many });
	return await renderPreview(glb, { ...options, viewpoint: VIEWS[view], maxWorkMs: MAX_WORK_MS.one });
}

function notesOf(notes: readonly string[]): IDataObject {
	return notes.length === 0 ? {} : { preview_hint: notes.join(' ') };
}
