/**
 * Watches a model go by while it is stored: is it a GLB, is it whole, is it small enough? In: the bytes as they come;
 * out: those of them that belong to the model. Fails with `problem`. No header of the answer is believed: what lies in
 * between may inflate a body and leave the length of before, so the GLB's own declared length is the only measure.
 */
import { GLB_HEAD_BYTES, parseGlbHeader } from '../../../../glb/facts';
import { inMegabytes } from '../report/counted';
import type { Failure } from '../failure';
import { OTHER_HEAD_BYTES, nameOtherFormat } from './otherFormat';

const GLB_MAGIC = 'glTF';

/** One per download: chunks in order, then the end. */
export class GlbCheck {
	/** Bytes so far, those behind the model too. */
	received = 0;
	/** Why the stream was refused. */
	problem: Failure | undefined;
	/** The length that the GLB's header states, once it has come. */
	declaredLength: number | undefined;
	private head: Uint8Array = new Uint8Array(0);

	/** `maxBytes`: larger models are refused; unlimited when undefined. */
	constructor(private readonly maxBytes?: number) {}

	/** Whether all of the model has come. */
	get isWhole(): boolean {
		return this.declaredLength !== undefined && this.received >= this.declaredLength;
	}

	/** Whether the file goes on beyond the model. */
	get isPadded(): boolean {
		return this.declaredLength !== undefined && this.received > this.declaredLength;
	}

	/** Hands on what of the chunk belongs to the model. Throws as soon as the file cannot become a good one; `problem` then says why. */
	take(chunk: Buffer): Buffer {
		const before = this.received;
		this.received += chunk.length;
		if (this.declaredLength === undefined) this.readHead(chunk);
		if (this.declaredLength === undefined) {
			this.refuseLargerThan(this.received);
			return chunk;
		}
		const ours = this.declaredLength - before;
		return ours >= chunk.length ? chunk : chunk.subarray(0, Math.max(0, ours));
	}

	/** What is wrong with the whole file, once the last byte has come. */
	findProblemAtEnd(): Failure | undefined {
		if (this.problem !== undefined) return this.problem;
		if (this.declaredLength === undefined) return describeHead(this.head);
		if (this.isWhole) return undefined;
		return notAModel(`${this.received} of ${this.declaredLength} bytes arrived`);
	}

	private readHead(chunk: Buffer): void {
		this.head = Buffer.concat([this.head, chunk.subarray(0, OTHER_HEAD_BYTES)]);
		const isGlb = startsLikeGlb(this.head);
		// What is no GLB is looked at a little longer, to say what it is.
		if (this.head.length < (isGlb ? GLB_HEAD_BYTES : OTHER_HEAD_BYTES)) return;
		const header = parseGlbHeader(this.head);
		if (!header.ok) return this.refuse(describeHead(this.head));
		this.declaredLength = header.declaredLength;
		this.refuseLargerThan(header.declaredLength);
	}

	private refuseLargerThan(bytes: number): void {
		if (this.maxBytes === undefined || bytes <= this.maxBytes) return;
		this.refuse({
			kind: 'download',
			message: `The model is larger than the ${inMegabytes(this.maxBytes)} that the option Max Model Size allows (${inMegabytes(bytes)})`,
			hint: 'Raise the option, or take the file from the link in model_url.',
			retryable: false,
		});
	}

	private refuse(failure: Failure): void {
		this.problem = failure;
		throw new RangeError(failure.message);
	}
}

function startsLikeGlb(head: Uint8Array): boolean {
	const start = Buffer.from(head.subarray(0, GLB_MAGIC.length)).toString('latin1');
	return GLB_MAGIC.startsWith(start);
}

/** What a file that is no GLB is, or what is wrong with its head. */
function describeHead(head: Uint8Array): Failure {
	const format = nameOtherFormat(head);
	if (format !== undefined) return otherFormat(format);
	const header = parseGlbHeader(head);
	return notAModel(header.ok ? '' : header.reason);
}

function otherFormat(format: string): Failure {
	return {
		kind: 'download',
		message: `The link to the model leads to ${format}, not to a GLB model`,
		hint: 'Fetching it again would bring the same. Turn off Download Model and take the file from model_url with an HTTP Request node (Response Format: File).',
		retryable: false,
		isFinal: true,
	};
}

function notAModel(reason: string): Failure {
	return {
		kind: 'download',
		message: `What was downloaded is not a whole GLB model: ${reason.replace(/\.$/, '')}`,
		hint: 'Run again a little later.',
		retryable: true,
	};
}
