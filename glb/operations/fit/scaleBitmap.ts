/** A bitmap made smaller to any size, each new pixel the mean of the area that it covers: some rows at a time. */
import type { TimeSlicer } from '../../timeSlicer';
import type { Bitmap } from '../../preview/codecs/bitmap';

/** `bitmap` with its longer side at most `maxSide` pixels and its proportions kept; itself where it is small enough. */
export async function scaleBitmap(bitmap: Bitmap, maxSide: number, slicer: TimeSlicer): Promise<Bitmap> {
	const longer = Math.max(bitmap.width, bitmap.height);
	if (longer <= maxSide) return bitmap;
	const width = Math.max(1, Math.round((bitmap.width * maxSide) / longer));
	const height = Math.max(1, Math.round((bitmap.height * maxSide) / longer));
	const rgba = new Uint8Array(width * height * 4);
	const columns = spansOf(bitmap.width, width);
	const rows = spansOf(bitmap.height, height);
	const sums = new Float64Array(width * 4);
	/** Source pixels that a new one covers. */
	const area = (bitmap.width / width) * (bitmap.height / height);
	await slicer.inBatches(height, 1, (from, to) => {
		for (let y = from; y < to; y++) {
			sums.fill(0);
			const { first, last, weightOf } = rows[y];
			for (let source = first; source <= last; source++)
				addRow(bitmap, source, weightOf(source), columns, sums);
			writeRow(sums, rgba, y * width * 4, area);
		}
	});
	return { width, height, rgba };
}

/** Which source pixels a new pixel covers, and by how much of one each. */
interface Span {
	first: number;
	last: number;
	weightOf(source: number): number;
}

function spansOf(sources: number, count: number): Span[] {
	return Array.from({ length: count }, (_, index) => {
		const start = (index * sources) / count;
		const end = ((index + 1) * sources) / count;
		return {
			first: Math.floor(start),
			last: Math.min(sources - 1, Math.ceil(end) - 1),
			weightOf: (source: number) => Math.min(end, source + 1) - Math.max(start, source),
		};
	});
}

/** Colors count by their alpha, so that what cannot be seen does not color the edges. */
function addRow(
	{ width, rgba }: Bitmap,
	row: number,
	rowWeight: number,
	columns: Span[],
	sums: Float64Array,
): void {
	columns.forEach(({ first, last, weightOf }, column) => {
		for (let source = first; source <= last; source++) {
			const at = (row * width + source) * 4;
			const weight = weightOf(source) * rowWeight;
			const alpha = rgba[at + 3] * weight;
			sums[column * 4] += rgba[at] * alpha;
			sums[column * 4 + 1] += rgba[at + 1] * alpha;
			sums[column * 4 + 2] += rgba[at + 2] * alpha;
			sums[column * 4 + 3] += alpha;
		}
	});
}

function writeRow(sums: Float64Array, rgba: Uint8Array, at: number, area: number): void {
	for (let i = 0; i < sums.length; i += 4) {
		const alpha = sums[i + 3];
		for (let channel = 0; channel < 3; channel++)
			rgba[at + i + channel] = alpha > 0 ? Math.round(sums[i + channel] / alpha) : 0;
		rgba[at + i + 3] = Math.round(alpha / area);
	}
}
