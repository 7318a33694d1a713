/** *Page*: a web page that shows the model. */
import type { IDataObject } from 'n8n-workflow';
import { badInput, succeed } from '../../shared/core/failure';
import { type Operate, loadOperations, readFacts, renamed, textOf, timing } from './operation';

/** Pixels of the picture that is shown until the model is there. */
const POSTER_SIZE = 512;

/** An HTML file with the model in it or a link to it; fails with `badInput` for a link that no browser follows. */
export const page: Operate = async (input) => {
	const before = await readFacts(input.glb);
	if (!before.ok) return before;
	const { buildPage } = await loadOperations();
	const { renderPreview } = await import('../../../glb/preview/index.js');
	const poster = await renderPreview(input.glb, { ...timing, size: POSTER_SIZE });
	const built = buildPage({
		title: textOf(input, 'title') || renamed(input.fileName, '').slice(0, -1),
		model: textOf(input, 'modelUrl') || input.glb,
		usdzUrl: textOf(input, 'usdzUrl') || undefined,
		poster: poster.ok ? poster.png : undefined,
		arScale: textOf(input, 'arScale') as 'auto',
	});
	if (!built.ok) return badInput(built.reason.replace(/\.$/, ''), 'Enter a link that begins with https://.');
	return succeed({
		json: { model: before.value as unknown as IDataObject, changes: [] },
		files: [{ data: Buffer.from(built.html), name: renamed(input.fileName, 'html'), mimeType: 'text/html' }],
	});
};
