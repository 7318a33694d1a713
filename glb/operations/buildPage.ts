/** A web page that shows a model in 3D and in the room: links or files in, one HTML file out. */
import { MODEL_LIMITS } from '../facts/factsLimits';
import { parseGlbHeader } from '../facts/glbHead';

/** The viewer, at a fixed version; the browser refuses the script when its bytes are not those of this hash. */
export const VIEWER = {
	version: '4.4.0',
	url: 'https://cdn.jsdelivr.net/npm/@google/model-viewer@4.4.0/dist/model-viewer.min.js',
	integrity: 'sha384-wjsPzEO+lXOf7d9csIDfAQpPt2OKuUU3m0K9qsdKIuzX4N8czSF6hdh23eAbZa3p',
} as const;

/** Up to which size a model is put into a page, bytes: a file of text that is a third larger than the model. */
export const EMBEDDING_LIMITS = {
	/** Chromium on a computer shows the model of a page of 132 MB after 20 to 30 seconds (docs/models.md). */
	most: 100_000_000,
	/** What Shopify and Google want on a page, and what mail servers let through as an attachment of 20 MB. */
	light: 15_000_000,
} as const;

/** Models from here on take so long to arrive that their picture has to come before them, bytes. */
const HEAVY_BYTES = 1_000_000;

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

/** The page as text with what to know of it, or a sentence that says what in the options it cannot hold, and another how to mend it. */
export type PageResult =
	| { ok: true; html: string; hint?: string }
	| { ok: false; reason: string; remedy: string };

const REMEDY =
	'Put the GLB file on the web and enter its link as Model URL, or make the model smaller with the operation Fit.';

/**
 * The page. Fails where a link is none that a browser follows, where a file is no GLB (the page would stay empty), and where
 * a model is too large to be part of a page.
 */
export function buildPage({ title, model, usdzUrl, poster, arScale = 'auto' }: PageOptions): PageResult {
	for (const link of [typeof model === 'string' ? model : undefined, usdzUrl]) {
		if (link !== undefined && !isWebLink(link))
			return {
				ok: false,
				reason: `"${link.slice(0, 80)}" is not a web link.`,
				remedy: 'Enter a link that begins with https://.',
			};
	}
	if (typeof model !== 'string') {
		const head = parseGlbHeader(model, model.length);
		if (!head.ok) return { ...head, remedy: 'Choose a GLB file that is whole.' };
	}
	const embedded = typeof model === 'string' ? 0 : model.length;
	if (embedded > EMBEDDING_LIMITS.most)
		return {
			ok: false,
			reason: `A model of ${megabytes(embedded)} is too large to be part of a page: up to ${megabytes(EMBEDDING_LIMITS.most)} work.`,
			remedy: REMEDY,
		};
	const name = title.trim() || '3D model';
	const attributes: Array<[name: string, value: string | undefined]> = [
		['poster', poster && dataUrl('image/png', poster)],
		['ios-src', usdzUrl && escaped(usdzUrl)],
		['alt', escaped(name)],
		['ar-scale', escaped(arScale)],
		['ar-modes', 'webxr scene-viewer quick-look'],
		['shadow-intensity', '1'],
		['touch-action', 'pan-y'],
		// Last and as it is: base64 has nothing to escape, and a hundred megabytes of it would take a while to look at.
		['src', typeof model === 'string' ? escaped(model) : dataUrl('model/gltf-binary', model)],
	];
	const written = attributes
		.filter(([, value]) => value !== undefined)
		.map(([key, value]) => `${key}="${value}"`);
	const early = embedded > HEAVY_BYTES ? poster : undefined;
	const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(name)}</title>
<script type="module" src="${VIEWER.url}" integrity="${VIEWER.integrity}" crossorigin="anonymous"></script>
<style>
html, body { height: 100%; margin: 0; background: #fff; }
model-viewer { width: 100%; height: 100%; }
${early ? EARLY_STYLE : ''}</style>
</head>
<body>
${early ? `<img id="early" src="${dataUrl('image/png', early)}" alt="">\n` : ''}<model-viewer ar camera-controls ${written.join(' ')}></model-viewer>
</body>
</html>
`;
	return { ok: true, html, ...hintOf(html.length, embedded) };
}

/** The picture stands there while the model behind it arrives, and goes when the viewer takes over, which has it, too. */
const EARLY_STYLE = `#early { position: fixed; width: 100%; height: 100%; object-fit: contain; }
#early:has(~ model-viewer:defined) { display: none; }
`;

function hintOf(pageBytes: number, embedded: number): { hint?: string } {
	if (embedded <= EMBEDDING_LIMITS.light) return {};
	return {
		hint: `The page has ${megabytes(pageBytes)}, because the model is part of it: phones may be slow to open it, and mail servers may refuse it. ${REMEDY}`,
	};
}

function megabytes(bytes: number): string {
	return `${Math.ceil(bytes / MODEL_LIMITS.bytesPerMb)} MB`;
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
