/**
 * `npx tsx scripts/bench-page.ts`: opens pages of small and large models in Chromium, from the disk and from a web host, with
 * the model inside and with a link to it, and writes into `docs/models.md` how long it takes until the model is shown.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildPage } from '../glb/operations/buildPage';
import { type BenchModel, buildBenchModel } from '../harness/preview/benchModels';
import { replaceSection, table } from '../harness/preview/docSection';
import { withModelPage } from '../harness/preview/modelPage';

const DOCUMENT = join(__dirname, '..', 'docs', 'models.md');

const MODELS: readonly BenchModel[] = [
	{ name: '15K faces, three 512 px JPEG', faces: 15_000, textureSide: 512, format: 'jpeg' },
	{ name: '60K faces, three 2K PNG', faces: 60_000, textureSide: 2048, format: 'png' },
	{ name: '60K faces, three 3.5K PNG', faces: 60_000, textureSide: 3584, format: 'png' },
	{ name: '1M faces, three 4K PNG', faces: 1_000_000, textureSide: 4096, format: 'png' },
];

async function main(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'bench-page-'));
	const files = new Map<string, { type: string; body: Uint8Array }>();
	const [origin, server] = await serve(files);
	const rows: string[][] = [];
	try {
		for (const model of MODELS) {
			const glb = await buildBenchModel(model);
			const inside = pageOf(glb);
			const link = pageOf(`${origin}/model.glb`);
			files.set('/model.glb', { type: 'model/gltf-binary', body: glb });
			files.set('/inside.html', { type: 'text/html', body: inside });
			files.set('/link.html', { type: 'text/html', body: link });
			const file = join(folder, 'page.html');
			writeFileSync(file, inside);
			const row = [model.name, megabytes(glb.length), megabytes(inside.length)];
			for (const address of [pathToFileURL(file).href, `${origin}/inside.html`, `${origin}/link.html`])
				row.push(await secondsUntilShown(address));
			process.stdout.write(`${row.join(' · ')}\n`);
			rows.push(row);
		}
	} finally {
		server.close();
		rmSync(folder, { recursive: true });
	}
	const head = ['Model', 'GLB', 'Page', 'Inside, from disk', 'Inside, from a host', 'With a link'];
	replaceSection(DOCUMENT, 'page', table(head, rows));
}

function pageOf(model: string | Uint8Array): Buffer {
	const built = buildPage({ title: 'Model', model });
	if (!built.ok) throw new Error(built.reason);
	return Buffer.from(built.html);
}

async function secondsUntilShown(address: string): Promise<string> {
	let shownAt = 0;
	let openedAt = 0;
	await withModelPage(
		address,
		async () => {
			shownAt = performance.now();
		},
		async () => {
			openedAt = performance.now();
		},
	);
	return `${((shownAt - openedAt) / 1000).toFixed(1)} s`;
}

async function serve(
	files: ReadonlyMap<string, { type: string; body: Uint8Array }>,
): Promise<[origin: string, server: Server]> {
	const server = createServer(({ url = '' }, response) => {
		const file = files.get(url);
		if (file === undefined) return response.writeHead(404).end();
		return response.writeHead(200, { 'content-type': file.type }).end(file.body);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return [`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server];
}

function megabytes(bytes: number): string {
	return `${(bytes / 1e6).toFixed(1)} MB`;
}

void main();
