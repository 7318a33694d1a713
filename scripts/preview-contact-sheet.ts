/**
 * `npx tsx scripts/preview-contact-sheet.ts`: draws the same models here and with three.js in Chromium, side by side into
 * `docs/images/preview-contact-sheet.png`, and writes how alike outlines and colors are into `docs/preview.md`. Fails
 * where one is less alike than promised.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import sharp from 'sharp';
import { bundlePreview, loadBundle } from '../harness/preview/bundle';
import { COMPARED_MODELS } from '../harness/preview/comparedModels';
import { replaceSection, table } from '../harness/preview/docSection';
import { colorDifference, silhouetteSimilarity } from '../harness/preview/similarity';
import { ThreeRenderer } from '../harness/preview/threePage';

const PAGE = join(__dirname, '..', 'docs', 'preview.md');
const SHEET = join(__dirname, '..', 'docs', 'images', 'preview-contact-sheet.png');
const LEAST_SIMILARITY = 0.95;
/** Levels of 0 to 255: shadows and hollows, which are drawn on one side only, take some; a wrong material takes more. */
const MOST_COLOR_DIFFERENCE = 16;
const CELL = 220;
const CAPTION = 34;
const COLUMNS = 3;

interface Compared {
	name: string;
	faces: number;
	similarity: number;
	colors: number;
	ours: Uint8Array;
	theirs: Uint8Array;
}

async function main(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'image3d-sheet-'));
	const { renderPreview } = loadBundle(await bundlePreview(folder));
	const timing = { now: () => performance.now(), yieldToEventLoop: () => setImmediate() };
	const three = await ThreeRenderer.start();
	const compared: Compared[] = [];
	try {
		for (const { name, load, meant } of COMPARED_MODELS) {
			const glb = await load();
			// The floor's shadow is no part of the model: it is drawn for the sheet and left out of the comparison.
			const bare = await renderPreview(glb, { ...timing, groundShadow: false });
			const full = await renderPreview(glb, timing);
			if (!bare.ok || !full.ok) throw new Error(`${name}: ${bare.ok ? 'no picture' : bare.reason}`);
			const theirs = await three.render((await meant?.()) ?? glb, bare);
			const similarity = await silhouetteSimilarity(bare.png, theirs);
			const colors = await colorDifference(bare.png, theirs);
			process.stdout.write(`${similarity.toFixed(4)}  ${colors.toFixed(1).padStart(5)}  ${name}\n`);
			compared.push({ name, faces: bare.faces, similarity, colors, ours: full.png, theirs });
		}
	} finally {
		await three.close();
		rmSync(folder, { recursive: true });
	}
	await drawSheet(compared);
	const rows = compared.map(({ name, faces, similarity, colors }) => [
		name,
		faces.toLocaleString('en-US'),
		similarity.toFixed(4),
		colors.toFixed(1),
	]);
	replaceSection(PAGE, 'similarity', table(['Model', 'Faces', 'Outline', 'Colors'], rows));
	const worst = Math.min(...compared.map(({ similarity }) => similarity));
	if (worst < LEAST_SIMILARITY) throw new Error(`The least alike silhouette is at ${worst.toFixed(4)}.`);
	const farthest = Math.max(...compared.map(({ colors }) => colors));
	if (farthest > MOST_COLOR_DIFFERENCE)
		throw new Error(`The colors that differ most do so by ${farthest.toFixed(1)} levels.`);
}

async function drawSheet(compared: readonly Compared[]): Promise<void> {
	const [width, height] = [COLUMNS * 2 * CELL, Math.ceil(compared.length / COLUMNS) * (CELL + CAPTION)];
	const layers = await Promise.all(
		compared.flatMap(({ name, similarity, colors, ours, theirs }, index) => {
			const left = (index % COLUMNS) * 2 * CELL;
			const top = Math.floor(index / COLUMNS) * (CELL + CAPTION);
			const cell = (png: Uint8Array) => sharp(png).resize(CELL, CELL).png().toBuffer();
			const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * CELL}" height="${CAPTION}"
				font-family="sans-serif" font-size="13" text-anchor="middle"><text x="${CELL}" y="14" fill="#333">${name}</text>
				<text x="${CELL}" y="29" fill="#888" font-size="11">here | three.js — outline ${similarity.toFixed(3)}, colors ${colors.toFixed(1)}</text></svg>`;
			return [
				cell(ours).then((input) => ({ input, left, top })),
				cell(theirs).then((input) => ({ input, left: left + CELL, top })),
				Promise.resolve({ input: Buffer.from(text), left, top: top + CELL }),
			];
		}),
	);
	const sheet = sharp({ create: { width, height, channels: 3, background: '#fff' } }).composite(layers);
	await sharp(await sheet.png().toBuffer())
		.png({ palette: true, effort: 10 })
		.toFile(SHEET);
}

void main();
