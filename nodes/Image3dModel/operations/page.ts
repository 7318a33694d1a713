/** *Page*, its fields and its work: a web page that shows the model. */
import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { badInput, succeed } from '../../shared/core/failure';
import { readChoice } from './choice';
import { type Operate, loadOperations, readFacts, renamed, textOf, timing, unusable } from './operation';

/** What the user fills in for *Page*. */
export const pageFields: INodeProperties[] = [
	{
		displayName: 'Title',
		name: 'title',
		type: 'string',
		default: '',
		placeholder: 'e.g. Red armchair',
		description: 'Title of the page and name of the model. If empty, the file name is used.',
	},
	{
		displayName: 'Model URL',
		name: 'modelUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://cdn.example.com/chair.glb',
		description: 'Link to the GLB file on the web. If empty, the file becomes part of the page.',
	},
	{
		displayName: 'USDZ URL',
		name: 'usdzUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://cdn.example.com/chair.usdz',
		description:
			'Link to a USDZ file of the model on the web, for iPhone and iPad. If empty, the viewer makes its own.',
	},
	{
		displayName: 'AR Scale',
		name: 'arScale',
		type: 'options',
		default: 'auto',
		options: [
			{ name: 'Auto', value: 'auto', description: 'Visitors may make the model larger or smaller' },
			{ name: 'Fixed', value: 'fixed', description: 'The model keeps its real size' },
		],
		description: 'Whether visitors may resize the model when they see it in their room',
	},
];

/** Pixels of the picture that is shown until the model is there. */
const POSTER_SIZE = 512;

const AR_SCALE = { name: 'arScale', called: 'AR scale', values: ['auto', 'fixed'] } as const;

/**
 * An HTML file with the model in it or a link to it; fails with `badInput` for a link that no browser follows, for a model
 * of which nothing could be seen, and for one that is too large to be part of a page.
 */
export const page: Operate = async (input) => {
	const { signal } = input;
	const arScale = readChoice(input, AR_SCALE);
	if (!arScale.ok) return arScale;
	const before = await readFacts(input.glb);
	if (!before.ok) return before;
	const { buildPage, prepareForPage, toPlainGlb } = await loadOperations();
	const { renderPreview } = await import('../../../glb/preview/index.js');
	const modelUrl = textOf(input, 'modelUrl');
	// What the page links is shown as it lies there; the file is for its picture.
	const prepared =
		modelUrl === ''
			? await prepareForPage(input.glb, { ...timing, signal })
			: { ok: true as const, glb: input.glb, changes: [], damage: undefined };
	if (!prepared.ok) return unusable(prepared.reason);
	const { glb, changes, damage } = prepared;
	const plain = await toPlainGlb(glb);
	const poster = plain.ok ? await renderPreview(plain.glb, { ...timing, signal, size: POSTER_SIZE }) : plain;
	if (signal?.aborted && !poster.ok) return unusable(poster.reason);
	// A viewer shows some of a model whose other parts are damaged, as the picture does; else it shows nothing.
	if (damage !== undefined && !poster.ok) return unusable(damage);
	const built = buildPage({
		title: textOf(input, 'title') || renamed(input.fileName, '').slice(0, -1),
		model: modelUrl || glb,
		usdzUrl: textOf(input, 'usdzUrl') || undefined,
		poster: poster.ok ? poster.png : undefined,
		arScale: arScale.value,
	});
	if (!built.ok) return badInput(built.reason.replace(/\.$/, ''), built.remedy);
	const { html, hint } = built;
	const after = glb === input.glb ? before : await readFacts(glb);
	if (!after.ok) return after;
	const json = {
		model: after.value,
		...(after === before ? {} : { model_before: before.value }),
		changes,
		...(hint === undefined ? {} : { page_hint: hint }),
	};
	return succeed({
		json: json as unknown as IDataObject,
		files: [{ data: Buffer.from(html), name: renamed(input.fileName, 'html'), mimeType: 'text/html' }],
	});
};
