/** A web page that shows a model in 3D and in the room: links or files in, one HTML file out. */
import { parseGlbHeader } from '../facts/glbHead';

/** The viewer, at a fixed version; the browser refuses the script when its bytes are not those of this hash. */
export const VIEWER = {
	version: '4.4.0',
	url: 'https://cdn.jsdelivr.net/npm/@google/model-viewer@4.4.0/dist/model-viewer.min.js',
	integrity: 'sha384-wjsPzEO+lXOf7d9csIDfAQpPt2OKuUU3m0K9qsdKIuzX4N8czSF6hdh23eAbZa3p',
} as const;

/** What is on the page. */
export interface PageOptions {
	/** What the page and the model are called; also what a screen reader says. */
	title: string;
	/** The model: a link, or the file itself, which then becomes part of the page. */
	model: string | Uint8Array;
	/** A USDZ for Quick Look on iPhone and iPad; without it the viewer makes one on the device. */
	usdzUrl?: string;
	/** A PNG that is shown until the model is there. */
	poster?: Uint8Array;
	/** Whether the viewer of the room may resize the model; default `auto`. */
	arScale?: 'auto' | 'fixed';
}

/** The page as text, or a sentence that says what in the options it cannot hold. */
export type PageResult = { ok: true; html: string } | { ok: false; reason: string };

/** The page. Fails where a link is none that a browser follows, and where a file is no GLB: the page would stay empty. */
export function buildPage({ title, model, usdzUrl, poster, arScale = 'auto' }: PageOptions): PageResult {
	for (const link of [typeof model === 'string' ? model : undefined, usdzUrl]) {
		if (link !== undefined && !isWebLink(link))
			return { ok: false, reason: `"${link.slice(0, 80)}" is not a web link.` };
	}
	if (typeof model !== 'string') {
		const head = parseGlbHeader(model, model.length);
		if (!head.ok) return head;
	}
	const name = title.trim() || '3D model';
	const attributes: Array<[name: string, value: string | undefined]> = [
		['src', typeof model === 'string' ? model : dataUrl('model/gltf-binary', model)],
		['ios-src', usdzUrl],
		['poster', poster && dataUrl('image/png', poster)],
		['alt', name],
		['ar-scale', arScale],
		['ar-modes', 'webxr scene-viewer quick-look'],
		['shadow-intensity', '1'],
		['touch-action', 'pan-y'],
	];
	const written = attributes
		.filter(([, value]) => value !== undefined)
		.map(([key, value]) => `${key}="${escaped(value!)}"`);
	return {
		ok: true,
		html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(name)}</title>
<script type="module" src="${VIEWER.url}" integrity="${VIEWER.integrity}" crossorigin="anonymous"></script>
<style>
html, body { height: 100%; margin: 0; background: #fff; }
model-viewer { width: 100%; height: 100%; }
</style>
</head>
<body>
<model-viewer ${written.join(' ')} ar camera-controls></model-viewer>
</body>
</html>
`,
	};
}

function isWebLink(link: string): boolean {
	return URL.canParse(link) && /^https?:$/.test(new URL(link).protocol);
}

function dataUrl(mimeType: string, file: Uint8Array): string {
	return `data:${mimeType};base64,${Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString('base64')}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

function escaped(text: string): string {
	return text.replace(/[&<>"']/g, (character) => ESCAPES[character]);
}
