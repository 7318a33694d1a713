/**
 * The entropy-coded image of lossless WebP: bits in, rows of 32-bit pixels (alpha, red, green, blue) out, one after another
 * (section 5). Of the rows that have been only as much is kept as a later pixel may repeat.
 */
import type { TimeSlicer } from '../../../timeSlicer';
import { BrokenImage } from '../bitmap';
import { readPrefixCode, type BitSource, type PrefixCode } from './prefixCode';

/** The five codes that a part of the image is written with. */
interface CodeGroup {
	green: PrefixCode;
	red: PrefixCode;
	blue: PrefixCode;
	alpha: PrefixCode;
	distance: PrefixCode;
}

const LITERALS = 256;
const LENGTHS = 24;
const DISTANCES = 40;
/** Groups of codes, some 10 KB each; the common encoder makes at most 2,600. */
const MAX_GROUPS = 4096;
const CACHE_MULTIPLIER = 0x1e35a7bd;

/** Where the pixels lie that the first 120 distances name, a hexadecimal digit each: rows up, and 8 less columns left. */
const NEARBY = Array.from(
	(
		'1807171928062729161a262a38053739151b363a252b48044749141c353b464a242c58454b343c03' +
		'5759131d565a232d444c555b333d68026769121e666a222e545c434d656b323e78017779535d111f' +
		'646c424e767a212f757b313f636d525e00747c414f1020626e30737d515f40727e616f50717f6070'
	).matchAll(/(.)(.)/g),
	([, up, left]) => ({ up: parseInt(up, 16), left: 8 - parseInt(left, 16) }),
);

/** Farthest that a pixel may be repeated from: the largest distance there is, 18 bits behind symbol 39, less the nearby ones. */
const MAX_DISTANCE = 1 << 20;

/** Takes the rows of an image from the top. A row is the taker's to change, until the next one comes. */
export type RowSink = (row: Int32Array, y: number) => void;

/** Rows that come as far as they are asked for. */
export interface RowSource {
	/** Hands on the rows before this one. */
	readTo(row: number): Promise<void>;
}

/** Reads an image of so many pixels. */
export async function readRows(
	bits: BitSource,
	width: number,
	height: number,
	slicer: TimeSlicer,
	onRow: RowSink,
): Promise<void> {
	const rows = await openRows(bits, width, height, false, slicer, onRow);
	await rows.readTo(height);
}

/** Opens an image of so many pixels. `isMain` is whether it may be split into parts with codes of their own. */
export async function openRows(
	bits: BitSource,
	width: number,
	height: number,
	isMain: boolean,
	slicer: TimeSlicer,
	onRow: RowSink,
): Promise<RowSource> {
	const cacheBits = bits.read(1) === 1 ? bits.read(4) : 0;
	if (cacheBits > 11) throw new BrokenImage('the WebP has a color cache that is too large');
	const groups = await readGroups(bits, width, height, isMain, cacheBits, slicer);
	const reader = new PixelReader(bits, { width, height }, groups, cacheBits, onRow);
	const readTo = async (row: number) =>
		await slicer.inSteps(4096, (amount) => {
			const isMore = reader.readSome(amount, row);
			if (bits.isExhausted) throw new BrokenImage('the WebP is cut short');
			return isMore;
		});
	return { readTo };
}

interface Groups {
	list: CodeGroup[];
	/** Group of each tile, where there is more than one. */
	tiles?: Uint16Array;
	tileBits: number;
}

async function readGroups(
	bits: BitSource,
	width: number,
	height: number,
	isMain: boolean,
	cacheBits: number,
	slicer: TimeSlicer,
): Promise<Groups> {
	let tiles: Uint16Array | undefined;
	let tileBits = 0;
	let count = 1;
	if (isMain && bits.read(1) === 1) {
		tileBits = 2 + bits.read(3);
		const [tilesWide, tilesHigh] = [tilesOf(width, tileBits), tilesOf(height, tileBits)];
		const image = new Uint16Array(tilesWide * tilesHigh);
		await readRows(bits, tilesWide, tilesHigh, slicer, (row, y) => {
			for (let x = 0; x < tilesWide; x++) {
				const group = (row[x] >> 8) & 0xffff;
				image[y * tilesWide + x] = group;
				if (group >= count) count = group + 1;
			}
		});
		tiles = image;
	}
	if (count > MAX_GROUPS) throw new BrokenImage('the WebP has too many codes');
	const list: CodeGroup[] = [];
	for (let i = 0; i < count; i++) {
		list.push({
			green: readPrefixCode(bits, LITERALS + LENGTHS + (cacheBits > 0 ? 1 << cacheBits : 0)),
			red: readPrefixCode(bits, LITERALS),
			blue: readPrefixCode(bits, LITERALS),
			alpha: readPrefixCode(bits, LITERALS),
			distance: readPrefixCode(bits, DISTANCES),
		});
		if (bits.isExhausted) throw new BrokenImage('the WebP is cut short');
		if (i % 4 === 0) await slicer.pause();
	}
	return { list, tiles, tileBits };
}

/** Tiles of 2 ^ `bits` pixels that cover so many. */
export function tilesOf(pixels: number, bits: number): number {
	return (pixels + (1 << bits) - 1) >> bits;
}

class PixelReader {
	/** The pixels that have been last, in a ring. */
	private readonly ring: Int32Array;
	private readonly ringMask: number;
	private readonly row: Int32Array;
	private readonly cache: Int32Array;
	private readonly width: number;
	/** Pixels of the image. */
	private readonly count: number;
	private next = 0;
	/** Pixels up to here are in the cache. */
	private cached = 0;
	/** Rows up to here have been handed on. */
	private rows = 0;
	/** Rows from here on are not handed on yet, though a repeat may have brought their pixels: at most 4,096 of these. */
	private rowsWanted = 0;

	constructor(
		private readonly bits: BitSource,
		{ width, height }: { width: number; height: number },
		private readonly groups: Groups,
		private readonly cacheBits: number,
		private readonly onRow: RowSink,
	) {
		this.width = width;
		this.count = width * height;
		this.ring = new Int32Array(Math.min(MAX_DISTANCE, 2 ** Math.ceil(Math.log2(this.count))));
		this.ringMask = this.ring.length - 1;
		this.row = new Int32Array(width);
		this.cache = new Int32Array(cacheBits > 0 ? 1 << cacheBits : 0);
	}

	/** Reads about so many pixels more, and hands on the rows before `row`; returns whether there are others. */
	readSome(amount: number, row: number): boolean {
		const { bits, ring, ringMask, width, groups, count } = this;
		const last = Math.min(count, row * width);
		const end = Math.min(last, this.next + amount);
		this.rowsWanted = row;
		this.handOnRows();
		const tileMask = groups.tiles ? (1 << groups.tileBits) - 1 : -1;
		const tilesWide = tilesOf(width, groups.tileBits);
		let x = this.next % width;
		let y = (this.next - x) / width;
		let group = this.groupAt(x, y, tilesWide);
		while (this.next < end) {
			if ((x & tileMask) === 0) group = this.groupAt(x, y, tilesWide);
			const symbol = group.green.decode(bits);
			let length = 1;
			if (symbol < LITERALS) {
				const red = group.red.decode(bits);
				const blue = group.blue.decode(bits);
				ring[this.next & ringMask] = (group.alpha.decode(bits) << 24) | (red << 16) | (symbol << 8) | blue;
			} else if (symbol < LITERALS + LENGTHS) {
				length = this.readAmount(symbol - LITERALS);
				this.copy(this.distanceOf(this.readAmount(group.distance.decode(bits))), length);
			} else {
				ring[this.next & ringMask] = this.fromCache(symbol - LITERALS - LENGTHS);
			}
			this.next += length;
			x += length;
			if (x >= width) {
				this.handOnRows();
				y += Math.floor(x / width);
				x %= width;
				if (this.next < end) group = this.groupAt(x, y, tilesWide);
			} else if (length > 1) {
				group = this.groupAt(x, y, tilesWide);
			}
		}
		return this.next < last;
	}

	private groupAt(x: number, y: number, tilesWide: number): CodeGroup {
		const { list, tiles, tileBits } = this.groups;
		return tiles ? list[tiles[(y >> tileBits) * tilesWide + (x >> tileBits)]] : list[0];
	}

	/** A length or distance: a symbol and the bits that belong to it. */
	private readAmount(symbol: number): number {
		if (symbol < 4) return symbol + 1;
		const extra = (symbol - 2) >> 1;
		return ((2 + (symbol & 1)) << extra) + this.bits.read(extra) + 1;
	}

	private copy(distance: number, length: number): void {
		const { ring, ringMask, next } = this;
		if (distance > Math.min(next, ring.length) || next + length > this.count)
			throw new BrokenImage('the WebP repeats pixels that do not exist');
		for (let i = next; i < next + length; i++) ring[i & ringMask] = ring[(i - distance) & ringMask];
	}

	/** Distances up to 120 name a pixel nearby, the others count from 1 on. */
	private distanceOf(code: number): number {
		if (code > NEARBY.length) return code - NEARBY.length;
		const { up, left } = NEARBY[code - 1];
		return Math.max(1, up * this.width + left);
	}

	private fromCache(index: number): number {
		this.fillCache();
		return this.cache[index];
	}

	/** Pixels come into the cache where it is asked, and with the end of a row, before the ring loses them. */
	private fillCache(): void {
		const { cache, ring, ringMask, cacheBits } = this;
		for (; this.cached < this.next; this.cached++) {
			const pixel = ring[this.cached & ringMask];
			cache[Math.imul(CACHE_MULTIPLIER, pixel) >>> (32 - cacheBits)] = pixel;
		}
	}

	/** Hands on the rows that are complete. */
	private handOnRows(): void {
		const { width, ring, ringMask, row } = this;
		if (this.cacheBits > 0) this.fillCache();
		for (; this.rows < this.rowsWanted && (this.rows + 1) * width <= this.next; this.rows++) {
			const start = (this.rows * width) & ringMask;
			const part = ring.subarray(start, start + width);
			row.set(part);
			// The rest of it, where the ring begins anew.
			if (part.length < width) row.set(ring.subarray(0, width - part.length), part.length);
			this.onRow(row, this.rows);
		}
	}
}
