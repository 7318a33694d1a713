/** The images that the decoders are tried on: those of public test sets, in `corpus/`, and some that are made here. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';

export interface CorpusImage {
	/** Where it comes from. */
	set: string;
	name: string;
	load: () => Promise<Uint8Array>;
}

const FOLDER = join(__dirname, 'corpus');

/** What the files of a folder are; the first name that fits counts. */
const SETS: ReadonlyArray<{ folder: string; of: (name: string) => string }> = [
	{ folder: 'png', of: (name) => (/^(bas|ft)/.test(name) ? 'PngSuite' : 'Go, image/png') },
	{ folder: 'jpeg', of: () => 'Go, image/jpeg' },
	{ folder: 'webp', of: () => 'Go, x/image/webp' },
	{ folder: 'made', of: () => 'made with cjpeg, cwebp and ImageMagick' },
];

/** Every image, public ones first. */
export function corpusImages(): CorpusImage[] {
	const files = SETS.flatMap(({ folder, of }) =>
		readdirSync(join(FOLDER, folder))
			.sort()
			.map((name) => ({
				set: of(name),
				name,
				load: () => Promise.resolve(new Uint8Array(readFileSync(join(FOLDER, folder, name)))),
			})),
	);
	return [...files, ...madeImages()];
}

/** Sizes at the edges of what decoders work in: pixels, blocks of 8, macroblocks of 16, tiles. */
const SIZES = [
	[1, 1],
	[1, 9],
	[7, 3],
	[8, 8],
	[15, 17],
	[16, 16],
	[33, 31],
	[129, 65],
] as const;

/** What an encoder can be told, each with every size. */
const ENCODINGS: ReadonlyArray<{ set: string; name: string; encode: (image: Sharp) => Sharp }> = [
	...[1, 2, 4, 16, 200].map((colors) => ({
		set: 'made with libpng',
		name: `palette of ${Math.max(2, colors)}${colors === 1 ? ', interlaced' : ''}`,
		encode: (image: Sharp) => image.png({ palette: true, colors: Math.max(2, colors), progressive: colors === 1 }),
	})),
	...[false, true].flatMap((progressive) => [
		{ set: 'made with libpng', name: `RGBA${progressive ? ', interlaced' : ''}`, encode: (image: Sharp) => image.png({ progressive, adaptiveFiltering: !progressive }) },
		{ set: 'made with libpng', name: `16 bits${progressive ? ', interlaced' : ''}`, encode: (image: Sharp) => image.toColourspace('rgb16').png({ progressive }) },
		{ set: 'made with libpng', name: `gray${progressive ? ', interlaced' : ''}`, encode: (image: Sharp) => image.toColourspace('b-w').png({ progressive }) },
	]),
	...[5, 50, 95].flatMap((quality) =>
		(['4:4:4', '4:2:0'] as const).flatMap((chromaSubsampling) =>
			[false, true].map((progressive) => ({
				set: 'made with libjpeg',
				name: `quality ${quality}, ${chromaSubsampling}${progressive ? ', progressive' : ''}`,
				encode: (image: Sharp) => image.flatten({ background: '#fff' }).jpeg({ quality, chromaSubsampling, progressive }),
			})),
		),
	),
	{ set: 'made with libjpeg', name: 'trellis, optimized scans', encode: (image) => image.flatten({ background: '#fff' }).jpeg({ mozjpeg: true }) },
	{ set: 'made with libjpeg', name: 'gray', encode: (image) => image.flatten({ background: '#fff' }).grayscale().jpeg() },
	{ set: 'made with libjpeg', name: 'CMYK', encode: (image) => image.flatten({ background: '#fff' }).toColourspace('cmyk').jpeg({ quality: 95 }) },
	...[0, 3, 6].map((effort) => ({ set: 'made with libwebp', name: `lossless, effort ${effort}`, encode: (image: Sharp) => image.webp({ lossless: true, effort }) })),
	...[5, 50, 95].map((quality) => ({ set: 'made with libwebp', name: `quality ${quality}`, encode: (image: Sharp) => image.webp({ quality, effort: 6 }) })),
	{ set: 'made with libwebp', name: 'near lossless', encode: (image) => image.webp({ nearLossless: true, quality: 40 }) },
	{ set: 'made with libwebp', name: 'lossy alpha', encode: (image) => image.webp({ quality: 60, alphaQuality: 20 }) },
]; // prettier-ignore

function madeImages(): CorpusImage[] {
	const made = ENCODINGS.flatMap(({ set, name, encode }) =>
		SIZES.map(([width, height]) => ({
			set,
			name: `${name}, ${width} × ${height}`,
			load: () => encode(picture(width, height)).toBuffer(),
		})),
	);
	const cmyk = made.filter(({ name }) => name.startsWith('CMYK'));
	const ycck = cmyk.map(({ set, name, load }) => ({
		set,
		name: name.replace('CMYK', 'YCCK'),
		load: async () => asYcck(await load()),
	}));
	return [...made, ...ycck];
}

/** A picture with edges, gradients, color and alpha: what decoders get wrong shows in it. */
function picture(width: number, height: number): Sharp {
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="g">
		<stop offset="0" stop-color="#e03010"/><stop offset="1" stop-color="#1040d0" stop-opacity="0.6"/></linearGradient></defs>
		<rect width="100%" height="100%" fill="url(#g)"/><circle cx="60%" cy="50%" r="30%" fill="#20c060"/>
		<rect x="10%" y="60%" width="40%" height="30%" fill="#fff" fill-opacity="0.8"/></svg>`;
	return sharp(Buffer.from(svg));
}

/** The same numbers, said to be brightness, color differences and black, which no encoder at hand writes. */
function asYcck(jpeg: Uint8Array): Uint8Array {
	const data = Buffer.from(jpeg);
	const marker = data.indexOf('Adobe', 0, 'latin1');
	if (marker < 0) throw new Error('The JPEG has no Adobe marker.');
	data[marker + 11] = 2;
	return data;
}
