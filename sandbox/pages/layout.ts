/** The frame of the sandbox's web pages. */

/** A whole HTML page; `body` is HTML, the title is text. */
export function page(title: string, body: string): string {
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Image3D sandbox</title>
<style>
	body { font: 16px/1.5 system-ui, sans-serif; margin: 0; background: #f5f6f8; color: #1d2430; }
	main { max-width: 40rem; margin: 3rem auto; padding: 2rem; background: #fff; border-radius: 12px; }
	.note { background: #fff4d6; border-radius: 8px; padding: .6rem 1rem; }
	button { font: inherit; padding: .6rem 1.4rem; border: 0; border-radius: 8px; background: #3257d6; color: #fff; }
	td, th { text-align: left; padding: .3rem 1.5rem .3rem 0; }
	code, textarea { font: 14px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
	textarea { width: 100%; box-sizing: border-box; }
</style>
</head>
<body><main>
<h1>${escapeHtml(title)}</h1>
${body}
</main></body>
</html>`;
}

export function escapeHtml(text: string): string {
	const names: Record<string, string> = {
		'&': '&amp;',
		'<': '&lt;',
		'>': '&gt;',
		'"': '&quot;',
		"'": '&#39;',
	};
	return text.replace(/[&<>"']/g, (character) => names[character]);
}
