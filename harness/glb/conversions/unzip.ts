/** Reads a ZIP by its directory: an archive in, its files by their names out. */
import { inflateRawSync } from 'node:zlib';

export function unzip(file: Uint8Array): Map<string, Buffer> {
	const zip = Buffer.from(file);
	const end = zip.lastIndexOf(Buffer.from('PK\x05\x06'));
	const parts = new Map<string, Buffer>();
	let at = zip.readUInt32LE(end + 16);
	for (let i = 0; i < zip.readUInt16LE(end + 10); i++) {
		const nameLength = zip.readUInt16LE(at + 28);
		const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
		const local = zip.readUInt32LE(at + 42);
		const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
		const data = zip.subarray(start, start + zip.readUInt32LE(at + 20));
		parts.set(name, zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(data) : data);
		at += 46 + nameLength;
	}
	return parts;
}
