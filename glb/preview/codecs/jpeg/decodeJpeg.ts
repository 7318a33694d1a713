/** JPEG to pixels, baseline and progressive, reduced while it is read: bytes in, a bitmap of about the wanted size out. */
import { PREVIEW_LIMITS } from '../../previewLimits';
import type { TimeSlicer } from '../../../timeSlicer';
import { BrokenImage, type Bitmap } from '../bitmap';
import { BitReader } from './bits';
import * as blocks from './blocks';
import { colorSpaceOf, writeRows, type Plane } from './colors';
import { StoredTable } from './huffman';
import {
	parseFrame,
	parseHuffman,
	parseQuantization,
	type Component,
	type Frame,
	type Tables,
} from './frame';
import { inverseTransform, prepareFactors, type BlockSide, type InverseTransform } from './transform';

/** Stands for a table that the file does not give: a scan that needs it is broken, one that does not is fine. */
const NO_CODES = new StoredTable(new Uint8Array(16), new Uint8Array(0));

/** Segments, and stretches of rubbish between them, that are gone through between two looks at the clock. */
const SEGMENTS_AT_ONCE = 256;

/** Scans of one image; an encoder writes ten, and one for each bit of each coefficient would be some two hundred. */
const MAX_SCANS = 256;

/** What a component shows where the file ends before its pixels: half-way, which is gray in the usual color space. */
const UNREAD_SAMPLE = 128;

/** A component while it is decoded: all coefficients of a progressive image, one block of a baseline one. */
interface Channel {
	component: Component;
	coefficients: Int16Array;
	plane: Uint8ClampedArray;
	stride: number;
	factors?: Float32Array;
}

/**
 * @param wantedSide the longer side of the result is at least this, and less than twice it, or the image's own
 * @throws BrokenImage where the file is damaged or of a kind that is not supported
 */
export async function decodeJpeg(data: Uint8Array, wantedSide: number, slicer: TimeSlicer): Promise<Bitmap> {
	const decoder = new JpegDecoder(data, wantedSide, slicer);
	return decoder.decode();
}

class JpegDecoder {
	private readonly tables: Tables = { quantization: [], dc: [], ac: [], restartInterval: 0 };
	private frame?: Frame;
	private channels: Channel[] = [];
	private side: BlockSide = 8;
	private writeTransformed: InverseTransform = inverseTransform(8);
	/** Numbers kept of a block: where only its mean is wanted, that alone. */
	private blockLength: 1 | 64 = 64;
	private scans = 0;

	constructor(
		private readonly data: Uint8Array,
		private readonly wantedSide: number,
		private readonly slicer: TimeSlicer,
	) {}

	async decode(): Promise<Bitmap> {
		const { data } = this;
		let at = 2;
		for (let step = 1; at + 4 <= data.length; step++) {
			if (step % SEGMENTS_AT_ONCE === 0) await this.slicer.pause();
			if (data[at] !== 0xff) {
				// Padding or rubbish between segments.
				const next = data.indexOf(0xff, at);
				at = next < 0 ? data.length : next;
				continue;
			}
			const marker = data[at + 1];
			if (marker === 0xd9) break;
			if (marker === 0xff || marker === 0 || (marker >= 0xd0 && marker <= 0xd8)) {
				at += marker === 0xff ? 1 : 2;
				continue;
			}
			const length = (data[at + 2] << 8) | data[at + 3];
			const segment = data.subarray(at + 4, at + 2 + length);
			at += 2 + length;
			if (marker === 0xda) at = await this.decodeScan(segment, at);
			else this.readSegment(marker, segment);
		}
		return this.finish();
	}

	private readSegment(marker: number, segment: Uint8Array): void {
		const { tables } = this;
		if (marker === 0xc4) parseHuffman(segment, tables);
		else if (marker === 0xdb) parseQuantization(segment, tables);
		else if (marker === 0xdd) tables.restartInterval = (segment[0] << 8) | segment[1];
		else if (marker === 0xee && Buffer.from(segment.subarray(0, 5)).toString('latin1') === 'Adobe') {
			tables.adobeTransform = segment[11];
		} else if (marker >= 0xc0 && marker <= 0xc2) this.startFrame(parseFrame(segment, marker === 0xc2));
		else if (marker >= 0xc3 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) {
			throw new BrokenImage('the JPEG is lossless or arithmetic-coded, which is not supported');
		}
	}

	private startFrame(frame: Frame): void {
		if (this.frame) throw new BrokenImage('the JPEG has more than one frame');
		if (frame.width * frame.height > PREVIEW_LIMITS.maxImagePixels) {
			throw new BrokenImage(`${frame.width} × ${frame.height} pixels are too many`);
		}
		const longer = Math.max(frame.width, frame.height);
		const sides: BlockSide[] = [1, 2, 4, 8];
		this.side = sides.find((side) => (longer * side) / 8 >= this.wantedSide) ?? 8;
		const blockCount = frame.components.reduce((sum, part) => sum + part.paddedWide * part.paddedHigh, 0);
		// One that is too large for the memory is drawn from the means of its blocks.
		if (frame.progressive && blockCount * 64 > PREVIEW_LIMITS.maxProgressiveCoefficients) this.side = 1;
		this.writeTransformed = inverseTransform(this.side);
		this.blockLength = frame.progressive && this.side === 1 ? 1 : 64;
		const blocks = ({ paddedWide, paddedHigh }: Component) =>
			frame.progressive ? paddedWide * paddedHigh : 1;
		this.frame = frame;
		this.channels = frame.components.map((component) => {
			const stride = component.paddedWide * this.side;
			return {
				component,
				coefficients: new Int16Array(blocks(component) * this.blockLength),
				plane: new Uint8ClampedArray(stride * component.paddedHigh * this.side).fill(UNREAD_SAMPLE),
				stride,
			};
		});
	}

	/** Decodes one scan and returns where the next segment starts. */
	private async decodeScan(header: Uint8Array, at: number): Promise<number> {
		const { frame, tables } = this;
		if (!frame) throw new BrokenImage('the JPEG has pixels before its header');
		this.scans += 1;
		if (this.scans > MAX_SCANS) throw new BrokenImage('the JPEG has too many scans');
		const count = header[0];
		if (count === 0 || count > 4 || header.length < 4 + 2 * count)
			throw new BrokenImage('a JPEG scan header is damaged');
		const parts = Array.from({ length: count }, (_, index) => {
			const channel = this.channels.find(({ component }) => component.id === header[1 + 2 * index]);
			if (!channel) throw new BrokenImage('a JPEG scan uses a color that does not exist');
			const { dc, ac } = pickTables(tables, header[2 + 2 * index]);
			return { channel, dc, ac, lastDc: 0 };
		});
		const [start, end, approximation] = header.subarray(1 + 2 * count);
		const bits = new BitReader(this.data, at);
		const state = { bits, start, end: Math.min(end, 63), shift: approximation & 15, eobRun: 0 };
		const { blockLength } = this;
		if (frame.progressive && start > 0 && blockLength === 1) return this.endOf(bits);
		const decodeBlock = pickDecoder(frame.progressive, start, approximation >> 4);
		for (const { channel } of parts) {
			const quantization = tables.quantization[channel.component.quantization];
			if (quantization) channel.factors = prepareFactors(quantization, this.side);
		}
		const single = parts.length === 1 ? parts[0].channel.component : undefined;
		const [unitsWide, unitsHigh] = single
			? [single.blocksWide, single.blocksHigh]
			: [frame.mcusWide, frame.mcusHigh];
		let untilRestart = tables.restartInterval;
		const decodeUnit = (unit: number) => {
			if (tables.restartInterval > 0 && untilRestart-- === 0) {
				bits.restart();
				state.eobRun = 0;
				for (const part of parts) part.lastDc = 0;
				untilRestart = tables.restartInterval - 1;
			}
			const row = Math.floor(unit / unitsWide);
			const column = unit % unitsWide;
			for (const part of parts) {
				const { h, v, paddedWide } = part.channel.component;
				for (let block = 0; block < (single ? 1 : h * v); block++) {
					const x = single ? column : column * h + (block % h);
					const y = single ? row : row * v + Math.floor(block / h);
					if (frame.progressive) {
						decodeBlock(state, part, part.channel.coefficients, (y * paddedWide + x) * blockLength);
					} else {
						part.channel.coefficients.fill(0, 0, 64);
						decodeBlock(state, part, part.channel.coefficients, 0);
						this.writeBlock(part.channel, 0, x, y);
					}
				}
			}
		};
		const units = unitsWide * unitsHigh;
		// Blocks that are known to be empty need not be looked at, but for bits that refine what is there.
		const skipsRuns = decodeBlock === blocks.decodeAcFirst && tables.restartInterval === 0;
		let next = 0;
		await this.slicer.inSteps(256, (amount) => {
			for (let left = amount; left > 0 && next < units; left--) {
				decodeUnit(next++);
				if (skipsRuns) {
					next += state.eobRun;
					state.eobRun = 0;
				}
				if (!bits.isExhausted) continue;
				// Where the data end, the scan ends, or goes on with the unit after the next restart marker.
				if (tables.restartInterval === 0 || !bits.isAtRestart) return false;
				next += untilRestart;
				untilRestart = 0;
			}
			return next < units;
		});
		return this.endOf(bits);
	}

	/** Where the marker is that follows a scan. */
	private async endOf(bits: BitReader): Promise<number> {
		while (!bits.findMarker()) await this.slicer.pause();
		return bits.position;
	}

	private writeBlock(channel: Channel, offset: number, x: number, y: number): void {
		if (!channel.factors) throw new BrokenImage('the JPEG has no quantization table');
		const at = y * this.side * channel.stride + x * this.side;
		this.writeTransformed(channel.coefficients, offset, channel.factors, channel.plane, at, channel.stride);
	}

	private async finish(): Promise<Bitmap> {
		const { frame, side } = this;
		if (!frame) throw new BrokenImage('the JPEG ends before its pixels');
		if (frame.progressive) {
			for (const channel of this.channels) {
				const wide = channel.component.paddedWide;
				await this.slicer.inBatches(wide * channel.component.paddedHigh, 512, (from, to) => {
					for (let block = from; block < to; block++) {
						this.writeBlock(channel, block * this.blockLength, block % wide, Math.floor(block / wide));
					}
				});
			}
		}
		const width = Math.ceil((frame.width * side) / 8);
		const height = Math.ceil((frame.height * side) / 8);
		const rgba = new Uint8ClampedArray(width * height * 4);
		const planes = this.channels.map(
			({ component, plane, stride }): Plane => ({
				samples: plane,
				stride,
				scaleX: component.h / frame.maxH,
				scaleY: component.v / frame.maxV,
			}),
		);
		const space = colorSpaceOf(frame, this.tables.adobeTransform);
		await this.slicer.inBatches(height, 16, (from, to) => writeRows(planes, space, rgba, width, from, to));
		return { width, height, rgba: new Uint8Array(rgba.buffer) };
	}
}

function pickTables(tables: Tables, selector: number): Pick<blocks.ScanComponent, 'dc' | 'ac'> {
	const dc = tables.dc[(selector >> 4) & 3] ?? NO_CODES;
	const ac = tables.ac[selector & 3] ?? NO_CODES;
	return { dc: dc.open(), ac: ac.open() };
}

function pickDecoder(progressive: boolean, start: number, refinement: number): blocks.DecodeBlock {
	if (!progressive) return blocks.decodeBaseline;
	if (start === 0) return refinement === 0 ? blocks.decodeDcFirst : blocks.decodeDcRefine;
	return refinement === 0 ? blocks.decodeAcFirst : blocks.decodeAcRefine;
}
