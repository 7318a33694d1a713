/** Watches a model go by while it is stored: is it a GLB, is it whole, is it small enough? Counts, keeps only the head. */
import type { Failure } from './failure';
import { BYTES_PER_MB } from './limits';
import { GLB_HEAD_BYTES, parseGlbHeader } from '../../../glb/facts';

export class GlbCheck {
	/** Bytes so far. */
	received = 0;
	/** Why the stream was refused. */
	problem: Failure | undefined;
	private head: Uint8Array = new Uint8Array(0);
	private declaredLength: number | undefined;
	private contentLength: number | undefined;

	/** `maxBytes`: larger models are refused; unlimited when undefined. */
	constructor(private readonly maxBytes?: number) {}

	/** Notes the Content-Length header, where there is one. Throws when it is over the limit. */
	expectLength(contentLength: string | undefined): void {
		if (contentLength === undefined || !/^\d+$/.test(contentLength)) return;
		this.contentLength = Number(contentLength);
		this.refuseLargerThan(this.contentLength);
	}

	/** Hands the chunk on. Throws as soon as the file cannot become a good one; `problem` then says why. */
	take(chunk: Buffer): Buffer {
		this.received += chunk.length;
		this.refuseLargerThan(this.received);
		if (this.declaredLength === undefined) this.readHead(chunk);
		if (this.received > (this.declaredLength ?? Infinity)) {
			this.refuse(notAModel(`it goes on beyond the ${this.declaredLength} bytes that its header says`));
		}
		return chunk;
	}

	/** What is wrong with the whole file, once the last byte has come. */
	findProblemAtEnd(): Failure | undefined {
		if (this.problem !== undefined) return this.problem;
		if (this.declaredLength === undefined) return notAModel(reasonOf(this.head));
		const expected = this.contentLength ?? this.declaredLength;
		if (this.received === this.declaredLength && this.received === expected) return undefined;
		return notAModel(`${this.received} of ${Math.max(this.declaredLength, expected)} bytes arrived`);
	}

	private readHead(chunk: Buffer): void {
		this.head = Buffer.concat([this.head, chunk.subarray(0, GLB_HEAD_BYTES)]);
		if (this.head.length < GLB_HEAD_BYTES) return;
		const header = parseGlbHeader(this.head);
		if (!header.ok) return this.refuse(notAModel(header.reason));
		this.declaredLength = header.declaredLength;
		this.refuseLargerThan(header.declaredLength);
		if (this.contentLength !== undefined && this.contentLength !== header.declaredLength) {
			this.refuse(
				notAModel(`its header says ${header.declaredLength} bytes, its server ${this.contentLength}`),
			);
		}
	}

	private refuseLargerThan(bytes: number): void {
		if (this.maxBytes === undefined || bytes <= this.maxBytes) return;
		const limitMb = Math.round((this.maxBytes / BYTES_PER_MB) * 10) / 10;
		this.refuse({
			kind: 'download',
			message: `The model is larger than the ${limitMb} MB that the option Max Model Size allows (${(bytes / BYTES_PER_MB).toFixed(1)} MB)`,
			hint: 'Raise the option, or take the file from the link in model_url.',
			retryable: false,
		});
	}

	private refuse(failure: Failure): void {
		this.problem = failure;
		throw new RangeError(failure.message);
	}
}

function reasonOf(head: Uint8Array): string {
	const header = parseGlbHeader(head);
	return header.ok ? '' : header.reason;
}

function notAModel(reason: string): Failure {
	return {
		kind: 'download',
		message: `What was downloaded is not a whole GLB model: ${reason.replace(/\.$/, '')}`,
		hint: 'Run again a little later.',
		retryable: true,
	};
}
