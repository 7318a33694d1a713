/** What a CDN compresses with. In: the file; out: what goes over the line. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

const COMPRESS = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync };

export type ModelEncoding = keyof typeof COMPRESS;

export function compress(file: Buffer, encoding: ModelEncoding): Buffer {
	return COMPRESS[encoding](file);
}
