/** Which format an image has: the first bytes of a file in, its format out; undefined for what is no image that is known. */

/** An image format, by its usual name; `video` shares its container with HEIC and AVIF. */
export type ImageKind =
	| 'png'
	| 'jpeg'
	| 'webp'
	| 'ktx2'
	| 'dds'
	| 'gif'
	| 'tiff'
	| 'cameraRaw'
	| 'photoshop'
	| 'jpegXl'
	| 'jpeg2000'
	| 'icon'
	| 'bmp'
	| 'heic'
	| 'avif'
	| 'video';

/** Bytes in which every format is told: the brands of a container are read up to here. */
const HEAD_BYTES = 64;

/** A signature as text, one character per byte; `?` stands for any byte. The first that fits counts. */
const SIGNATURES: ReadonlyArray<readonly [signature: string, kind: ImageKind]> = [
	['\x89PNG\r\n\x1a\n', 'png'],
	['\xff\xd8\xff', 'jpeg'],
	['RIFF????WEBP', 'webp'],
	['\xabKTX 20\xbb', 'ktx2'],
	['DDS ', 'dds'],
	['GIF8', 'gif'],
	['FUJIFILMCCD-RAW', 'cameraRaw'],
	['II*\0????CR', 'cameraRaw'],
	['IIRO', 'cameraRaw'],
	['IIU\0', 'cameraRaw'],
	['II*\0', 'tiff'],
	['MM\0*', 'tiff'],
	['8BPS', 'photoshop'],
	['\xff\x0a', 'jpegXl'],
	['\0\0\0\x0cJXL ', 'jpegXl'],
	['\0\0\0\x0cjP  ', 'jpeg2000'],
	['\xff\x4f\xff\x51', 'jpeg2000'],
	['\0\0\x01\0', 'icon'],
	['BM????\0\0\0\0', 'bmp'],
	['\x1a\x45\xdf\xa3', 'video'],
];

/** Brands of the container that HEIC, AVIF and videos share (ISO 14496-12), by what they hold. */
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'];
const AVIF_BRANDS = ['avif', 'avis'];

/** The format by the signature, or by the brands of a container; nothing is guessed. */
export function imageKind(bytes: Uint8Array): ImageKind | undefined {
	const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1');
	return containerKind(head) ?? SIGNATURES.find(([signature]) => fits(head, signature))?.[1];
}

function containerKind(head: string): ImageKind | undefined {
	if (head.slice(4, 8) !== 'ftyp') return undefined;
	const brands = [head.slice(8, 12)];
	// The major brand may name the container only; what it is compatible with follows, up to the box's end.
	const end = Math.min(head.charCodeAt(2) * 256 + head.charCodeAt(3), HEAD_BYTES);
	for (let at = 16; at + 4 <= end; at += 4) brands.push(head.slice(at, at + 4));
	if (brands.some((brand) => AVIF_BRANDS.includes(brand))) return 'avif';
	if (brands.some((brand) => HEIC_BRANDS.includes(brand))) return 'heic';
	if (brands[0] === 'mif1' || brands[0] === 'msf1') return 'heic';
	return brands[0] === 'crx ' ? 'cameraRaw' : 'video';
}

function fits(head: string, signature: string): boolean {
	if (head.length < signature.length) return false;
	for (let at = 0; at < signature.length; at++) {
		if (signature[at] !== '?' && signature[at] !== head[at]) return false;
	}
	return true;
}
