/** *Page*: a web page that shows the model. */
import type { IDataObject } from 'n8n-workflow';
import { badInput, succeed } from '../../shared/core/failure';
import { type Operate, loadOperations, readFacts, renamed, textOf, timing, unusable } from './operation';

/** Pixels of the picture that is shown until the model is there. */
const POSTER_SIZE = 512;

/**
 * An HTML file with the model in it or a link to it; fails with `badInput` for a link that no browser follows, and for a
 * model of which nothing could be seen.
 */
export const page: Operate = async (input) => {
	const before = await readFacts(input.glb);
	if (!before.ok) return before;
	const { buildPage, prepareForPage } = await loadOperations();
	const { renderPreview } = await import('../../../glb/preview/index.js');
	const modelUrl = textOf(input, 'modelUrl');
	// What the page links is shown as it lies there; the file is for its picture.
	const prepared =
		modelUrl === ''
			? await prepareForPage(input.glb, { ...timing, signal: input.signal })
			: { ok: true as const, glb: input.glb, changes: [], damage: undefined };
	if (!prepared.ok) return unusable(prepared.reason);
	const { glb, changes, damage } = prepared;
	const poster = await renderPreview(glb, { ...timing, size: POSTER_SIZE });
	// A viewer shows some of a model whose other parts are damaged, as the picture does; else it shows nothing.
	if (damage !== undefined && !poster.ok) return unusable(damage);
	const built = buildPage({
		title: textOf(input, 'title') || renamed(input.fileName, '').slice(0, -1),
		model: modelUrl || glb,
		usdzUrl: textOf(input, 'usdzUrl') || undefined,
		poster: poster.ok ? poster.png : undefined,
		arScale: textOf(input, 'arScale') as 'auto',
	});
	if (!built.ok) return badInput(built.reason.replace(/\.$/, ''), 'Enter a link that begins with https://.');
	const after = glb === input.glb ? before : await readFacts(glb);
	if (!after.ok) return after;
	const json = {
		model: after.value,
		...(after === before ? {} : { model_before: before.value }),
		changes,
	};
	return succeed({
		json: json as unknown as IDataObject,
		files: [{ data: Buffer.from(built.html), name: renamed(input.fileName, 'html'), mimeType: 'text/html' }],
	});
};
