/** What a file is that is no PNG, JPEG or WebP: its first bytes in, its name and what helps out. Nothing is guessed. */
import { imageKind, type ImageKind } from '../../../../glb/images';

/** What to say of a file that is not sent. */
export interface FileFormat {
	/** With its article, for a sentence: "a HEIC picture". */
	name: string;
	/** What makes a picture of it that can be sent. */
	remedy: string;
}

/** Bytes that tell every format here: text may begin with a long comment. */
export const FORMAT_HEAD_BYTES = 1024;

/** The end of a picture file's name, of whatever kind. */
export const PICTURE_ENDING =
	/\.(?:png|jpe?g|jfif|webp|gif|avif|hei[cf]|tiff?|bmp|svg|jxl|jp2|ico|psd|pdf|dng|cr[23]|nef|arw)$/i;

/** n8n's node converts what its GraphicsMagick reads. */
const EDIT_IMAGE =
	'Convert it before this node, for example with the Edit Image node (any operation, with the option Format set to JPEG).';
const SHOP_FORMAT =
	'Ask for it as JPEG, PNG or WebP: many shops and image hosts choose the format by the link (its ending, or fm=jpg, format=jpg), others convert it in their settings.';
const CAMERA_FORMAT = 'Export it as JPEG from the program that develops it.';
const DESIGN_FORMAT = 'Export it as PNG or JPEG from the program that made it.';

const SVG: FileFormat = { name: 'an SVG drawing', remedy: DESIGN_FORMAT };
const BASE64_TEXT: FileFormat = {
	name: 'base64 text',
	remedy: 'Choose Base64 Text as Image Source, or turn the text into a file with the Convert to File node.',
};
export const WEB_PAGE: FileFormat = {
	name: 'a web page',
	remedy: 'The step before downloaded a web page. Check its link: it must lead to the picture itself.',
};

/** Images that the service does not take. */
const IMAGES: { readonly [Kind in ImageKind]?: FileFormat } = {
	gif: { name: 'a GIF picture', remedy: EDIT_IMAGE },
	tiff: { name: 'a TIFF picture', remedy: EDIT_IMAGE },
	cameraRaw: { name: 'a raw picture of a camera', remedy: CAMERA_FORMAT },
	photoshop: { name: 'a Photoshop file', remedy: DESIGN_FORMAT },
	jpegXl: { name: 'a JPEG XL picture', remedy: SHOP_FORMAT },
	jpeg2000: { name: 'a JPEG 2000 picture', remedy: CAMERA_FORMAT },
	icon: { name: 'an icon (ICO)', remedy: 'Take the larger picture that it was made from.' },
	bmp: { name: 'a BMP picture', remedy: EDIT_IMAGE },
	heic: {
		name: 'a HEIC picture',
		remedy:
			'Save it as JPEG: on an iPhone, Settings > Camera > Formats > Most Compatible does so for new pictures, and emailing them converts old ones.',
	},
	avif: { name: 'an AVIF picture', remedy: SHOP_FORMAT },
	ktx2: { name: 'a KTX2 texture', remedy: DESIGN_FORMAT },
	dds: { name: 'a DDS texture', remedy: DESIGN_FORMAT },
	video: { name: 'a video', remedy: 'Take a still picture from it as JPEG.' },
};

/** Files that are no images, by their first characters. */
const OTHER_FILES: ReadonlyArray<readonly [start: string, format: FileFormat]> = [
	['%PDF', { name: 'a PDF document', remedy: 'Save its page, or the picture on it, as PNG or JPEG.' }],
	['%!PS', { name: 'a PostScript file', remedy: DESIGN_FORMAT }],
	['glTF', { name: 'a 3D model (GLB)', remedy: 'Check which field holds the picture.' }],
	['PK\x03\x04', { name: 'a ZIP archive', remedy: 'Unpack it before this node with the Compression node.' }],
	['\x1f\x8b', { name: 'a gzip archive', remedy: 'Unpack it before this node with the Compression node.' }],
	['iVBORw0KGgo', BASE64_TEXT],
	['/9j/', BASE64_TEXT],
	['data:image/', BASE64_TEXT],
];

/** The format by its first bytes; undefined where they tell none that is known here. */
export function recognizeFile(bytes: Uint8Array): FileFormat | undefined {
	const kind = imageKind(bytes);
	if (kind !== undefined) return IMAGES[kind];
	const head = Buffer.from(bytes.subarray(0, FORMAT_HEAD_BYTES)).toString('latin1');
	return OTHER_FILES.find(([start]) => head.startsWith(start))?.[1] ?? textFormat(head);
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
