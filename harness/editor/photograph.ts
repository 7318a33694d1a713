/** A picture of the editor for the documentation: a PNG with few colors, so that it is small. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Page, PageScreenshotOptions } from 'playwright-core';
import sharp from 'sharp';

/** Many pictures lie in the repository, and every clone fetches them. */
const MAX_BYTES = 150_000;
const COLORS = [256, 128, 64];

/** Writes what the page shows, or the part in `clip`, to `file`. Throws when it cannot be made small enough. */
export async function photograph(
	page: Page,
	file: string,
	options: PageScreenshotOptions = {},
): Promise<void> {
	const shot = await page.screenshot({ animations: 'disabled', ...options });
	mkdirSync(dirname(file), { recursive: true });
	for (const colors of COLORS) {
		const png = await sharp(shot).png({ palette: true, colors, effort: 10 }).toBuffer();
		if (png.length > MAX_BYTES) continue;
		writeFileSync(file, png);
		return;
	}
	throw new Error(`${file} would have more than ${MAX_BYTES / 1000} kB`);
}
