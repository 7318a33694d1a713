/** Pictures as they come in a request: base64 in, checked bytes and their hash out. */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { RequestProblem } from '../problem';

/** Largest decoded picture, bytes. */
const MAX_IMAGE_BYTES = 20 * 1024 * 1024;

const FORMATS = ['png', 'jpeg', 'webp'];

/** Hashes of pictures already decoded once; the same picture is often sent again. */
const known = new Set<string>();
const KNOWN_LIMIT = 1000;

/**
 * Decodes and checks a picture.
 * @param value plain base64 (no `data:` prefix) of a PNG, JPEG or WebP file.
 * @throws RequestProblem (400) that says what is wrong.
 */
export async function readPicture(value: unknown): Promise<{ bytes: Buffer; sha256: string }> {
	if (typeof value !== 'string' || value === '') {
		throw new RequestProblem(400, 'Bad request: image is required in image mode');
	}
	if (!isBase64(value)) throw new RequestProblem(400, 'Bad request: image is not base64');
	const bytes = Buffer.from(value, 'base64');
	if (bytes.length > MAX_IMAGE_BYTES) throw new RequestProblem(400, 'Bad request: image is too large');
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	if (!known.has(sha256)) {
		await decodeOnce(bytes);
		if (known.size >= KNOWN_LIMIT) known.clear();
		known.add(sha256);
	}
	return { bytes, sha256 };
}

function isBase64(text: string): boolean {
	return text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

async function decodeOnce(bytes: Buffer): Promise<void> {
	try {
		const { format } = await sharp(bytes).metadata();
		if (!FORMATS.includes(format)) throw new Error(format);
		// The head may be fine and the rest missing: only decoding all of it tells.
		await sharp(bytes, { failOn: 'error' }).resize(16, 16, { fit: 'fill' }).raw().toBuffer();
	} catch {
		throw new RequestProblem(400, 'Bad request: image is not a readable PNG, JPEG or WebP picture');
	}
}
