/** What a file is that is no PNG, JPEG or WebP: its first bytes in, its name and what helps out. Nothing is guessed. */

/** What to say of a file that is not sent. */
export interface FileFormat {
	/** With its article, for a sentence: "a HEIC picture". */
	name: string;
	/** What makes a picture of it that can be sent. */
	remedy: string;
}

/** Bytes that tell every format here: text may begin with a long comment. */
export const FORMAT_HEAD_BYTES = 1024;

/** n8n's node converts what its GraphicsMagick reads. */
const EDIT_IMAGE =
	'Convert it before this node, for example with the Edit Image node (any operation, with the option Format set to JPEG).';
const SHOP_FORMAT =
	'Ask for it as JPEG, PNG or WebP: many shops and image hosts choose the format by the link (its ending, or fm=jpg, format=jpg), others convert it in their settings.';
const CAMERA_FORMAT = 'Export it as JPEG from the program that develops it.';
const DESIGN_FORMAT = 'Export it as PNG or JPEG from the program that made it.';

const HEIC: FileFormat = {
	name: 'a HEIC picture',
	remedy:
		'Save it as JPEG: on an iPhone, Settings > Camera > Formats > Most Compatible does so for new pictures, and sending by mail for old ones.',
};
const AVIF: FileFormat = { name: 'an AVIF picture', remedy: SHOP_FORMAT };
const CAMERA_RAW: FileFormat = { name: 'a raw picture of a camera', remedy: CAMERA_FORMAT };
const SVG: FileFormat = { name: 'an SVG drawing', remedy: DESIGN_FORMAT };
const BASE64_TEXT: FileFormat = {
	name: 'base64 text',
	remedy: 'Choose Base64 Text as Image Source, or turn the text into a file with the Convert to File node.',
};
const VIDEO: FileFormat = { name: 'a video', remedy: 'Take a still picture from it as JPEG.' };
export const WEB_PAGE: FileFormat = {
	name: 'a web page',
	remedy: 'The step before was answered with a page: check its link, which must lead to the picture itself.',
};

/** A signature as text, one character per byte; `?` stands for any byte. */
const SIGNATURES: Array<[signature: string, format: FileFormat]> = [
	['GIF8', { name: 'a GIF picture', remedy: EDIT_IMAGE }],
	['FUJIFILMCCD-RAW', CAMERA_RAW],
	['II*\0????CR', CAMERA_RAW],
	['IIRO', CAMERA_RAW],
	['IIU\0', CAMERA_RAW],
	['II*\0', { name: 'a TIFF picture', remedy: EDIT_IMAGE }],
	['MM\0*', { name: 'a TIFF picture', remedy: EDIT_IMAGE }],
	['8BPS', { name: 'a Photoshop file', remedy: DESIGN_FORMAT }],
	['%PDF', { name: 'a PDF document', remedy: 'Save its page, or the picture on it, as PNG or JPEG.' }],
	['%!PS', { name: 'a PostScript file', remedy: DESIGN_FORMAT }],
	['\xff\x0a', { name: 'a JPEG XL picture', remedy: SHOP_FORMAT }],
	['\0\0\0\x0cJXL ', { name: 'a JPEG XL picture', remedy: SHOP_FORMAT }],
	['\0\0\0\x0cjP  ', { name: 'a JPEG 2000 picture', remedy: CAMERA_FORMAT }],
	['\xff\x4f\xff\x51', { name: 'a JPEG 2000 picture', remedy: CAMERA_FORMAT }],
	['\0\0\x01\0', { name: 'an icon (ICO)', remedy: 'Take the larger picture that it was made from.' }],
	['BM????\0\0\0\0', { name: 'a BMP picture', remedy: EDIT_IMAGE }],
	['\x1a\x45\xdf\xa3', VIDEO],
	['glTF', { name: 'a 3D model (GLB)', remedy: 'Check which field holds the picture.' }],
	['PK\x03\x04', { name: 'a ZIP archive', remedy: 'Unpack it before this node with the Compression node.' }],
	['\x1f\x8b', { name: 'a gzip archive', remedy: 'Unpack it before this node with the Compression node.' }],
	['iVBORw0KGgo', BASE64_TEXT],
	['/9j/', BASE64_TEXT],
	['data:image/', BASE64_TEXT],
];

/** Brands of the container that HEIC, AVIF and videos share (ISO 14496-12), by what they hold. */
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'];
const AVIF_BRANDS = ['avif', 'avis'];

/** The format by its first bytes; undefined where they tell none that is known here. */
export function recognizeFile(bytes: Uint8Array): FileFormat | undefined {
	const head = Buffer.from(bytes.subarray(0, FORMAT_HEAD_BYTES)).toString('latin1');
	return (
		containerFormat(head) ?? SIGNATURES.find(([signature]) => fits(head, signature))?.[1] ?? textFormat(head)
	);
}

function containerFormat(head: string): FileFormat | undefined {
	if (head.slice(4, 8) !== 'ftyp') return undefined;
	const brands = [head.slice(8, 12)];
	// The major brand may name the container only; what it is compatible with follows, up to the box's end.
	const end = Math.min(head.charCodeAt(2) * 256 + head.charCodeAt(3), 64);
	for (let at = 16; at + 4 <= end; at += 4) brands.push(head.slice(at, at + 4));
	if (brands.some((brand) => AVIF_BRANDS.includes(brand))) return AVIF;
	if (brands.some((brand) => HEIC_BRANDS.includes(brand))) return HEIC;
	if (brands[0] === 'mif1' || brands[0] === 'msf1') return HEIC;
	return brands[0] === 'crx ' ? CAMERA_RAW : VIDEO;
}

function textFormat(head: string): FileFormat | undefined {
	const text = head
		.replace(/^\xef\xbb\xbf/, '')
		.trimStart()
		.toLowerCase();
	const isXml = text.startsWith('<?xml') || text.startsWith('<!--');
	if (text.startsWith('<svg') || text.startsWith('<!doctype svg') || (isXml && text.includes('<svg')))
		return SVG;
	if (/^<(?:!doctype html|html|head|body|title|meta|script)\b/.test(text)) return WEB_PAGE;
	return isXml && text.includes('<html') ? WEB_PAGE : undefined;
}

function fits(head: string, signature: string): boolean {
	if (head.length < signature.length) return false;
	for (let at = 0; at < signature.length; at++) {
		if (signature[at] !== '?' && signature[at] !== head[at]) return false;
	}
	return true;
}
