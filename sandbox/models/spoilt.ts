/** Models as the weather makes them: compressed on the way, with bytes behind their end, or in another format. */
import { type Fault } from '../faults';
import { compress } from './encodings';
import { fileOf } from './otherFormats';
import { PADDING_CHUNK_BYTES, type ModelBody, plainBody } from './padding';

export interface SpoiltBody {
	body: ModelBody;
	headers: Record<string, string>;
}

/** @param accepted the client's `Accept-Encoding`. */
export function spoilBody(body: ModelBody, fault: Fault | undefined, accepted: string): SpoiltBody {
	switch (fault?.kind) {
		case 'compressed': {
			const encoding = fault.encoding ?? 'gzip';
			if (fault.polite && !accepted.includes(encoding)) return { body, headers: {} };
			const file = Buffer.concat([...body.chunks()]);
			const compressed = plainBody(compress(file.subarray(0, file.length - (fault.shortBy ?? 0)), encoding));
			return { body: compressed, headers: { 'Content-Encoding': encoding } };
		}
		case 'padded':
			return { body: withTail(body, fault.bytes ?? 4), headers: {} };
		case 'otherFormat':
			return { body: plainBody(fileOf(fault.format ?? 'fbx')), headers: {} };
		default:
			return { body, headers: {} };
	}
}

function withTail(body: ModelBody, bytes: number): ModelBody {
	const tail = Buffer.alloc(bytes < 0 ? PADDING_CHUNK_BYTES : bytes);
	return {
		length: bytes < 0 ? Number.POSITIVE_INFINITY : body.length + bytes,
		*chunks() {
			yield* body.chunks();
			do yield tail;
			while (bytes < 0);
		},
	};
}
